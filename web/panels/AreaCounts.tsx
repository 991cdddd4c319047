import { Button, Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import type { WindowOfView } from '../hooks/useCity.ts'
import { useChangeView } from '../hooks/useView.ts'
import { useWindowCounts } from '../hooks/useWindowCounts.ts'
import { daysOf } from '../state/timeWindow.ts'
import { Change } from '../ui/Change.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Figure } from '../ui/Figure.tsx'
import styles from './selectionPanel.module.css'

/** The count of the window, last year's, and the plain verdict. */
export function AreaCounts({ areaId }: { areaId: number | undefined }) {
  const { t } = useTranslation()
  const changeView = useChangeView()
  const { window, tooShort, query, disputes } = useWindowCounts(areaId)
  if (tooShort) {
    return (
      <EmptyState
        action={
          <Button onClick={() => changeView({ window: { preset: 'lastYear' } })}>
            {t('kinds.disputeWindowAct')}
          </Button>
        }
      >
        {t('kinds.disputeWindow')}
      </EmptyState>
    )
  }
  if (query.isError && disputes) return <EmptyState>{t('kinds.disputeHint')}</EmptyState>
  if (query.isError) return <ErrorState error={query.error} inPlace onRetry={() => void query.refetch()} />
  if (!query.data || !window) return <Skeleton active title={{ width: 120 }} paragraph={{ rows: 2 }} />
  const { count, compareCount } = query.data.totals
  return (
    <div className={styles.counts} data-testid="counts">
      <Figure value={count} unit={t('area.perWindow', { window: windowName(t, window) })}>
        <Change now={count} before={compareCount ?? null} />
      </Figure>
    </div>
  )
}

type Translate = ReturnType<typeof useTranslation>['t']

/** 30 天 for a preset, days for a range. */
function windowName(t: Translate, { window, span }: WindowOfView): string {
  return window.preset === 'custom' ? t('window.days', { count: daysOf(span) }) : t(`window.${window.preset}`)
}
