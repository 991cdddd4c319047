import { Button } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChangeView, useLanguage } from '../hooks/useView.ts'
import { answeredSpan } from '../state/answeredSpan.ts'
import { leavePart, pointAtPart } from '../state/pointing.ts'
import { hoursPerDay } from '../state/weekHours.ts'
import { ErrorState } from '../ui/ErrorState.tsx'
import { formatMeasure } from '../ui/numbers.ts'
import { Section } from '../ui/Panel.tsx'
import { weekdayName } from './seriesText.ts'
import type { Analysis } from './useAnalysis.ts'
import type { SeriesAnswers } from './useSeriesAnswers.ts'
import { WeekGrid } from './WeekGrid.tsx'
import styles from './week.module.css'
import { occurrences, perOccurrence } from './weekPicture.ts'

const none = Array.from({ length: 168 }, () => 0)

/** When it happens: weekday by hour; choosing hours filters everything else. */
export function WeekSection({
  analysis,
  series,
  part,
}: {
  analysis: Analysis
  series: SeriesAnswers
  part: readonly number[] | null
}) {
  const { t } = useTranslation()
  const language = useLanguage()
  const changeView = useChangeView()
  const [pointed, setPointed] = useState<number | null>(null)
  const { week } = series
  const { window, hours } = analysis
  const counts = week.data?.bucket === 'hourOfWeek' ? week.data.count : none
  const span = useMemo(() => answeredSpan(week.data), [week.data])
  const rates = useMemo(
    () => (window && span ? perOccurrence(counts, occurrences(span, window.timeZone)) : []),
    [counts, span, window],
  )
  const words = () => {
    if (pointed === null) return t('analysis.week.hint')
    const hour = pointed % hoursPerDay
    const name = `${weekdayName(Math.floor(pointed / hoursPerDay), language)} ${hour}–${hour + 1}`
    const rate = rates[pointed]
    return rate === null || rate === undefined
      ? `${name}: ${t('analysis.week.never')}`
      : t('analysis.week.cell', { name, count: counts[pointed], mean: formatMeasure(rate, language) })
  }
  return (
    <Section
      title={t('analysis.week.title')}
      stale={week.isPlaceholderData}
      aside={
        hours && pointed === null ? (
          <Button type="link" size="small" onClick={() => changeView({ hours: undefined })}>
            {t('analysis.week.clear')}
          </Button>
        ) : (
          <span>{words()}</span>
        )
      }
    >
      {week.isError ? (
        <ErrorState error={week.error} inPlace onRetry={() => void week.refetch()} />
      ) : !week.data ? (
        <div className={styles.waiting} aria-busy="true" />
      ) : (
        <WeekGrid
          counts={counts}
          rates={rates}
          chosen={hours}
          onChoose={(next) => changeView({ hours: next })}
          onPoint={(hour) => {
            setPointed(hour)
            if (hour === null) leavePart('week')
            else pointAtPart({ chart: 'week', hours: [hour] })
          }}
          part={part}
        />
      )}
    </Section>
  )
}
