import { useSeries } from '../hooks/useAggregates.ts'
import { useParameter } from '../hooks/useParameter.ts'
import { bucketFor, bucketsFor } from './buckets.ts'
import type { Analysis } from './useAnalysis.ts'

/**
 * The series of the window beside the one it is compared with, in the bucket chosen or fitting; and the counts by hour
 * of the week, over all hours: a chart's own filter does not empty it.
 */
export function useSeriesAnswers({ window, compare, areaId, codes, hours, disputes }: Analysis) {
  const [wanted] = useParameter('bucket')
  const bucket = window
    ? (bucketsFor(window.span).find((each) => each === wanted) ?? bucketFor(window.span))
    : 'day'
  const question = { areaId, span: window?.span, kinds: codes, enabled: !disputes }
  const series = useSeries({ ...question, bucket, hours, compare: compare ?? undefined })
  const week = useSeries({ ...question, bucket: 'hourOfWeek' })
  return { bucket, series, week }
}

export type SeriesAnswers = ReturnType<typeof useSeriesAnswers>
