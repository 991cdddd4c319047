import { useKinds } from './useKinds.ts'
import { useView } from './useView.ts'

/** The hours of the week the view is filtered to; undefined = all. Disputes are not told apart by hour. */
export function useHours(): readonly number[] | undefined {
  const hours = useView((view) => view.hours)
  const { disputes } = useKinds()
  return disputes ? undefined : hours
}
