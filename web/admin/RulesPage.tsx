import { useQuery } from '@tanstack/react-query'
import { Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { trpc } from '../trpc.ts'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Guarded } from './Guarded.tsx'
import { PageFrame } from './PageFrame.tsx'
import { RulesForm } from './RulesForm.tsx'

/** What the installation asks of passwords, sessions and second factors. */
export function RulesPage() {
  return (
    <Guarded page="rules">
      <Rules />
    </Guarded>
  )
}

function Rules() {
  const { t } = useTranslation()
  const rules = useQuery(trpc.rules.get.queryOptions())
  return (
    <PageFrame title={t('admin.page.rules')} about={t('admin.rules.about')}>
      {rules.data ? (
        // What was saved, here or elsewhere, is where the next change begins.
        <RulesForm key={JSON.stringify(rules.data.rules)} {...rules.data} />
      ) : rules.error ? (
        <ErrorState error={rules.error} inPlace onRetry={() => void rules.refetch()} />
      ) : (
        <Skeleton active paragraph={{ rows: 12 }} />
      )}
    </PageFrame>
  )
}
