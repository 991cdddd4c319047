import type { Window } from '../selection.ts'

/** Where the numbers of every answer come from, as screens and exports say it. */
export const SOURCE = 'incidents of this installation'

export function isoWindow({ from, to }: Window): { from: string; to: string } {
  return { from: from.toISOString(), to: to.toISOString() }
}
