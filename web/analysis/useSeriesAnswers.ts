import { useSeries } from '../hooks/useAggregates.ts'
import { useParameter } from '../hooks/useParameter.ts'
import { bucketFor, bucketsFor } from './buckets.ts'
import type { Analysis } from './useAnalysis.ts'

/** The series of the window and of the one it is compared with, in the bucket chosen or fitting. */
export function useSeriesAnswers({ window, compare, areaId, codes, disputes }: Analysis) {
  const [wanted] = useParameter('bucket')
  const bucket = window
    ? (bucketsFor(window.span).find((each) => each === wanted) ?? bucketFor(window.span))
    : 'day'
  const question = { areaId, bucket, kinds: codes }
  const now = useSeries({ ...question, span: window?.span, enabled: !disputes })
  const before = useSeries({
    ...question,
    span: compare ?? undefined,
    enabled: !disputes && compare !== null,
  })
  return { bucket, now, before: compare ? before : { ...before, data: undefined } }
}

export type SeriesAnswers = ReturnType<typeof useSeriesAnswers>
