import { Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import type { WindowOfView } from '../hooks/useCity.ts'
import { useCounted } from '../hooks/useCounted.ts'
import { useWindowCounts } from '../hooks/useWindowCounts.ts'
import type { Translate } from '../i18n/translate.ts'
import { daysOf } from '../state/timeWindow.ts'
import { Change } from '../ui/Change.tsx'
import { DisputePeriods } from '../ui/DisputePeriods.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Figure } from '../ui/Figure.tsx'
import { Kept } from '../ui/Kept.tsx'
import { formatSpan, NumbersOf } from '../ui/Provenance.tsx'
import { DataStartNote } from './DataStartNote.tsx'
import styles from './selectionPanel.module.css'

interface AreaCountsProps {
  /** undefined: everything in the city, also what lies in none of its areas. */
  areaId: number | undefined
  /** How many areas there are like this one, itself included. */
  among: number
}

/** The count of the window, last year's, and the plain verdict. */
export function AreaCounts({ areaId, among }: AreaCountsProps) {
  const { t } = useTranslation()
  const { window, tooShort, periods, query, disputes, stale, span, compare } = useWindowCounts(areaId)
  const counted = useCounted()
  if (tooShort) return <DisputePeriods periods={periods} />
  if (query.isError && disputes) return <EmptyState>{t('kinds.disputeHint')}</EmptyState>
  if (query.isError) return <ErrorState error={query.error} inPlace onRetry={() => void query.refetch()} />
  if (!query.data || !window) return <Skeleton active title={{ width: 120 }} paragraph={{ rows: 2 }} />
  const { count, compareCount } = query.data.totals
  return (
    <Kept stale={stale} className={styles.counts} testId="counts">
      <NumbersOf {...counted} span={span} compare={compare}>
        <Figure
          value={count}
          why={t('number.hiddenWhy')}
          unit={t('area.perWindow', {
            window: stale && span ? formatSpan(span, window.timeZone) : windowName(t, window),
          })}
        >
          {count !== null && <Change now={count} before={compareCount ?? null} among={among} />}
        </Figure>
      </NumbersOf>
      <DataStartNote />
    </Kept>
  )
}

/** 30 天 for a preset, days for a range. */
function windowName(t: Translate, { window, span }: WindowOfView): string {
  return window.preset === 'custom' ? t('window.days', { count: daysOf(span) }) : t(`window.${window.preset}`)
}
