import { Skeleton } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useSeries } from '../hooks/useAggregates.ts'
import { useWindow } from '../hooks/useCity.ts'
import { useCounted } from '../hooks/useCounted.ts'
import { useDataStart } from '../hooks/useDataStart.ts'
import { useHours } from '../hooks/useHours.ts'
import { useKinds } from '../hooks/useKinds.ts'
import { useLanguage } from '../hooks/useView.ts'
import type { Language } from '../map/scene.ts'
import { instantAt, wallClockAt } from '../state/zonedTime.ts'
import { Bars } from '../ui/Bars.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { formatCount } from '../ui/numbers.ts'
import { Section } from '../ui/Panel.tsx'
import { NumbersOf } from '../ui/Provenance.tsx'
import { AboutNumbers, Told } from '../ui/Told.tsx'
import styles from './selectionPanel.module.css'

/** Twelve months up to the as-of, last year's as a line across each bar. */
export function AreaMonths({ areaId }: { areaId: number | undefined }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const window = useWindow()
  const { codes, disputes } = useKinds()
  const dataStart = useDataStart()
  const counted = useCounted()
  const spans = useMemo(() => {
    if (!window) return undefined
    const { asOf, timeZone } = window
    const first = instantAt(wallClockAt(asOf, timeZone).startOf('month').subtract(23, 'month'), timeZone)
    return { all: { from: first, to: asOf } }
  }, [window])
  const query = useSeries({
    areaId,
    bucket: 'month',
    span: spans?.all,
    kinds: codes,
    hours: useHours(),
    enabled: !disputes,
  })
  if (disputes) return null
  const data = query.data
  if (!data || !window) return <Skeleton active title={false} paragraph={{ rows: 2 }} />
  const now = data.count.slice(-12)
  const before = data.count.slice(-24, -12).map((count, index) => {
    // The last month is cut short by the as-of; last year's whole month is nothing to hold it against.
    const comparable = index < 11 && dataStart !== undefined && data.start[index] >= dataStart
    return comparable ? count : null
  })
  const known = (start: number) => dataStart === undefined || start >= dataStart
  const months = data.start.slice(-12).map((start) => wallClockAt(start, window.timeZone).format('YYYY-MM'))
  const labels = months.map(
    (month, index) =>
      `${month}: ${known(data.start[data.start.length - 12 + index]) ? formatCount(now[index], language) : t('number.noData')} (${t('area.before')}: ${formatOrDash(before[index], language)})`,
  )
  return (
    <NumbersOf
      {...counted}
      span={{ from: data.start[data.start.length - 12], to: Date.parse(data.to) }}
      each={false}
    >
      <Section
        title={t('area.byMonth')}
        stale={query.isPlaceholderData}
        aside={
          <span className={styles.aside}>
            <Told kind="count">
              {t('area.maximum', { count: formatCount(Math.max(0, ...now), language) })}
            </Told>{' '}
            <AboutNumbers />
          </span>
        }
      >
        {now.every((count) => count === 0) ? (
          <EmptyState>{t('area.byMonthEmpty')}</EmptyState>
        ) : (
          <>
            <Bars
              values={now}
              compare={before}
              labels={labels}
              height={56}
              partialLast
              title={t('area.byMonth')}
            />
            <div className={styles.ends}>
              <span>{months[0]}</span>
              <span>{months.at(-1)}</span>
            </div>
          </>
        )}
      </Section>
    </NumbersOf>
  )
}

const formatOrDash = (count: number | null, language: Language) =>
  count === null ? '—' : formatCount(count, language)
