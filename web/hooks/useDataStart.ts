import { useMemo } from 'react'
import { instantAt, wallClockAt } from '../state/zonedTime.ts'
import { useSeries } from './useAggregates.ts'
import { useWindow } from './useCity.ts'

/** Years back in which the first incident is looked for. */
const reach = 15

/**
 * Instant (epoch ms) of the first month with incidents; undefined until known, +∞ in a city without any.
 * Before it a count of 0 means "no data", not "nothing happened".
 */
export function useDataStart(): number | undefined {
  const window = useWindow()
  const asOf = window?.asOf
  const timeZone = window?.timeZone
  const span = useMemo(() => {
    if (asOf === undefined || timeZone === undefined) return undefined
    const first = wallClockAt(asOf, timeZone).startOf('year').subtract(reach, 'year')
    return { from: instantAt(first, timeZone), to: asOf }
  }, [asOf, timeZone])
  const { data } = useSeries({ bucket: 'month', span })
  if (!data) return undefined
  const index = data.count.findIndex((count) => count > 0)
  return index < 0 ? Number.POSITIVE_INFINITY : data.start[index]
}
