import { useQuery } from '@tanstack/react-query'
import { Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { useCity, useWindow } from '../hooks/useCity.ts'
import { useCounted } from '../hooks/useCounted.ts'
import { useKinds } from '../hooks/useKinds.ts'
import { useLanguage } from '../hooks/useView.ts'
import { periodName } from '../state/disputePeriods.ts'
import { startOfDate } from '../state/zonedTime.ts'
import { trpc } from '../trpc.ts'
import { Bars } from '../ui/Bars.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { formatCount } from '../ui/numbers.ts'
import { Section } from '../ui/Panel.tsx'
import { NumbersOf } from '../ui/Provenance.tsx'
import { AboutNumbers } from '../ui/Told.tsx'
import styles from './selectionPanel.module.css'

/** Two years of months, or all there are of longer periods. */
const mostBars = 24

/** Disputes of an area in the periods of its level; what is hidden is a gap that says so. */
export function AreaDisputes({ areaId }: { areaId: number | undefined }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { code } = useCity()
  const window = useWindow()
  const counted = useCounted()
  const { disputes, types } = useKinds()
  const query = useQuery(
    trpc.disputes.series.queryOptions(
      { city: code ?? '', areaId },
      { enabled: disputes && !types && code !== undefined },
    ),
  )
  // Why there is nothing here stands above, under the count.
  if (!disputes || types || query.isError) return null
  if (!query.data || !window) return <Skeleton active title={false} paragraph={{ rows: 2 }} />
  const { period, from, to, count } = query.data
  const first = Math.max(0, count.length - mostBars)
  const values = count.slice(first)
  if (period === null || values.length === 0) return null
  const names = from.slice(first).map((date) => periodName(period, date))
  const labels = values.map(
    (value, index) =>
      `${names[index]}: ${value === null ? t('number.hiddenWhy') : formatCount(value, language)}`,
  )
  const at = (date: string) => startOfDate(date, window.timeZone)
  return (
    <NumbersOf {...counted} span={{ from: at(from[first]), to: at(to[to.length - 1]) }} each={false}>
      <Section title={t('dispute.series')} aside={<AboutNumbers />}>
        {values.every((value) => value === null) ? (
          <EmptyState>{t('dispute.seriesEmpty')}</EmptyState>
        ) : (
          <>
            <Bars
              values={values.map((value) => value ?? 0)}
              labels={labels}
              height={56}
              title={t('dispute.series')}
            />
            <div className={styles.ends}>
              <span>{names[0]}</span>
              <span>{names.at(-1)}</span>
            </div>
          </>
        )}
      </Section>
    </NumbersOf>
  )
}
