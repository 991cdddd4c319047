export const dispatchTabs = ['duties', 'fences', 'alerts'] as const
/** What the panel of dispatch shows: `dispatch=fences` in the URL. */
export type DispatchTab = (typeof dispatchTabs)[number]

export function dispatchTabOf(text: string | undefined): DispatchTab | null {
  return dispatchTabs.find((tab) => tab === text) ?? null
}
