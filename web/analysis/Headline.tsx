import { Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { useCounted } from '../hooks/useCounted.ts'
import { useWindowCounts } from '../hooks/useWindowCounts.ts'
import { Change } from '../ui/Change.tsx'
import { Count } from '../ui/Count.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Kept } from '../ui/Kept.tsx'
import { NumbersOf } from '../ui/Provenance.tsx'
import styles from './drawer.module.css'
import type { Analysis } from './useAnalysis.ts'

/** The figure all charts and the table's total agree with, in one line. */
export function Headline({ analysis, among }: { analysis: Analysis; among: number }) {
  const { t } = useTranslation()
  const { query, tooShort, stale, span, compare } = useWindowCounts(analysis.areaId)
  const counted = useCounted()
  if (tooShort) return null
  if (query.isError) return <ErrorState error={query.error} inPlace onRetry={() => void query.refetch()} />
  if (!query.data) return <Skeleton active title={{ width: 240 }} paragraph={false} />
  const { count, compareCount } = query.data.totals
  return (
    <NumbersOf {...counted} span={span} compare={compare}>
      <Kept stale={stale} className={styles.headline} testId="analysis-headline">
        <b>
          <Count value={count} testId="analysis-count" />
        </b>
        <span>{t('area.incidents', { count: count ?? 0 })}</span>
        {count !== null && <Change now={count} before={compareCount ?? null} among={among} />}
      </Kept>
    </NumbersOf>
  )
}
