import { Segmented } from 'antd'
import { lazy, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useParameter } from '../hooks/useParameter.ts'
import { useChangeView, useLanguage } from '../hooks/useView.ts'
import { answeredSpan } from '../state/answeredSpan.ts'
import { leavePart, pointAtPart } from '../state/pointing.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { formatCount } from '../ui/numbers.ts'
import { Section } from '../ui/Panel.tsx'
import { bucketFor, bucketsFor, type SeriesBucket, spanOfBars } from './buckets.ts'
import type { SeriesPicture } from './SeriesChart.tsx'
import styles from './series.module.css'
import { axisText, bucketText } from './seriesText.ts'
import type { Analysis } from './useAnalysis.ts'
import type { SeriesAnswers } from './useSeriesAnswers.ts'

const SeriesChart = lazy(() => import('./SeriesChart.tsx'))

interface SeriesSectionProps {
  analysis: Analysis
  series: SeriesAnswers
  /** How much of each bar another chart points at. */
  part: readonly number[] | null
}

/** Counts over the window, with last year's as a line; dragging sets the window. */
export function SeriesSection({ analysis, series, part }: SeriesSectionProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const changeView = useChangeView()
  const [, setBucket] = useParameter('bucket')
  const { window } = analysis
  const { bucket, series: answer } = series
  const data = answer.data
  const picture = useMemo<SeriesPicture | null>(() => {
    if (!data || !window) return null
    const { timeZone } = window
    const line = data.compareCount
    return {
      now: data.count.map((count) => count ?? 0),
      before: line,
      axis: data.start.map((start) => axisText(start, data.bucket as SeriesBucket, timeZone)),
      tips: data.start.map((start, at) => [
        bucketText(start, data.bucket as SeriesBucket, timeZone, language),
        t('analysis.series.now', { count: data.count[at] ?? 0 }),
        ...(line && line[at] !== null ? [t('analysis.series.before', { count: line[at] ?? 0 })] : []),
      ]),
      unit: t('analysis.series.unit'),
      partialLast: Date.parse(data.to) >= Date.parse(data.asOf),
    }
  }, [data, window, language, t])
  const whole = data && window ? (answeredSpan(data) ?? window.span) : undefined
  if (!window) return null
  const offered = bucketsFor(window.span)
  const top = picture ? Math.max(0, ...picture.now) : null
  return (
    <Section
      title={t('analysis.series.title')}
      stale={answer.isPlaceholderData}
      aside={
        <Segmented
          size="small"
          value={bucket}
          options={offered.map((value) => ({ value, label: t(`analysis.series.bucket.${value}`) }))}
          onChange={(next) =>
            setBucket(next === bucketFor(window.span) ? undefined : next, { replace: true })
          }
        />
      }
    >
      {answer.isError ? (
        <ErrorState error={answer.error} inPlace onRetry={() => void answer.refetch()} />
      ) : picture === null ? (
        <div className={styles.waiting} aria-busy="true" />
      ) : picture.now.every((count) => count === 0) ? (
        <EmptyState>{t('analysis.empty')}</EmptyState>
      ) : (
        <Suspense fallback={<div className={styles.waiting} aria-busy="true" />}>
          <SeriesChart
            picture={picture}
            part={part}
            onPoint={(bar) => {
              if (bar !== null && data && whole && data.start[bar] !== undefined)
                pointAtPart({ chart: 'series', span: spanOfBars(data.start, bar, bar, whole) })
              else leavePart('series')
            }}
            label={t('analysis.series.label', {
              bucket: t(`analysis.series.per.${bucket}`),
              bars: picture.now.length,
              top: formatCount(top ?? 0, language),
            })}
            onBrush={(first, last) => {
              if (!data || !whole) return
              changeView({
                window: { preset: 'custom', ...minutes(spanOfBars(data.start, first, last, whole)) },
              })
            }}
          />
        </Suspense>
      )}
    </Section>
  )
}

/** Whole minutes, as the URL keeps them. */
function minutes({ from, to }: { from: number; to: number }) {
  return { from: Math.floor(from / 60_000) * 60_000, to: Math.ceil(to / 60_000) * 60_000 }
}
