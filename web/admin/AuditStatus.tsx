import { useMutation, useQuery } from '@tanstack/react-query'
import { Button, Progress, Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { useMay } from '../hooks/useSession.ts'
import { useLanguage } from '../hooks/useView.ts'
import { client, type Outputs, trpc } from '../trpc.ts'
import { ErrorState } from '../ui/ErrorState.tsx'
import { formatCount } from '../ui/numbers.ts'
import styles from './admin.module.css'
import { RetainAudit } from './RetainAudit.tsx'
import { refusalText } from './refusalText.ts'
import { When } from './When.tsx'

type Status = Outputs['audit']['status']
type Report = NonNullable<NonNullable<Status['verification']>['report']>

const calmMs = 30_000
const runningMs = 1000

/**
 * How the chain stands: kept, sealed, verified; and verifying it now or deciding for how long it is kept,
 * for whoever keeps it.
 */
export function AuditStatus() {
  const { t } = useTranslation()
  const language = useLanguage()
  const mayKeep = useMay('audit.keep')
  const status = useQuery(
    trpc.audit.status.queryOptions(undefined, {
      refetchInterval: (query) => (query.state.data?.verification?.running != null ? runningMs : calmMs),
    }),
  )
  const verify = useMutation({
    mutationFn: () => client.audit.verify.mutate(),
    onSettled: () => status.refetch(),
  })
  if (!status.data) {
    return status.error ? (
      <ErrorState error={status.error} inPlace onRetry={() => void status.refetch()} />
    ) : (
      <Skeleton.Node active style={{ width: '100%', height: 64 }} />
    )
  }
  const { rows, sealedSeq, sealedAt, waiting, oldest, keepDays, retainedAt, verification, heads } =
    status.data
  const report = verify.data?.report ?? verification?.report ?? null
  const reportAt = verify.data?.at ?? verification?.at ?? null
  const running = verification?.running ?? (verify.isPending ? 0 : null)
  const count = (value: number) => formatCount(value, language)
  return (
    <section className={styles.status} aria-label={t('admin.audit.chain')} data-testid="audit-status">
      <dl>
        <div>
          <dt>{t('admin.audit.kept')}</dt>
          <dd>
            {t('admin.audit.keptRows', { count: rows, days: keepDays })}
            {retainedAt && (
              <>
                <br />
                {t('admin.audit.tidied')} <When at={retainedAt} />
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>{t('admin.audit.oldest')}</dt>
          <dd>
            <When at={oldest} />
          </dd>
        </div>
        <div>
          <dt>{t('admin.audit.sealed')}</dt>
          <dd data-state={waiting > 0 && sealedAt === null ? 'warn' : undefined}>
            {t('admin.audit.sealedTo', { number: count(sealedSeq) })}
            {waiting > 0 && ` · ${t('admin.audit.waiting', { count: waiting })}`}
            <When at={sealedAt} />
          </dd>
        </div>
        <div>
          <dt>{t('admin.audit.verified')}</dt>
          <dd
            data-state={report && report.faultCount > 0 ? 'bad' : heads?.agrees === false ? 'bad' : undefined}
          >
            {report
              ? report.faultCount === 0
                ? t('admin.audit.intact', { count: report.rows })
                : t('admin.audit.broken', { count: report.faultCount })
              : heads?.agrees === false
                ? t('admin.audit.headsDiffer')
                : t('admin.audit.notYet')}
            {reportAt && <When at={reportAt} />}
          </dd>
        </div>
      </dl>
      {mayKeep && (
        <div className={styles.buttons}>
          {running !== null && <Progress type="circle" size={32} percent={Math.round(100 * running)} />}
          <Button size="large" loading={running !== null} onClick={() => verify.mutate()}>
            {t(running === null ? 'admin.audit.verify' : 'admin.audit.verifying')}
          </Button>
          <RetainAudit
            keepDays={keepDays}
            leastKeepDays={status.data.leastKeepDays}
            oldest={status.data.oldest}
          />
        </div>
      )}
      {verify.error && <p className={styles.problem}>{refusalText(verify.error, t)}</p>}
      {report && <Faults report={report} />}
    </section>
  )
}

/** The first broken places, in the order of the chain. */
function Faults({ report }: { report: Report }) {
  const language = useLanguage()
  if (report.faults.length === 0) return null
  return (
    <ul className={styles.faults} role="alert">
      {report.faults.map((fault) => (
        <li key={JSON.stringify(fault)}>{fault[language]}</li>
      ))}
    </ul>
  )
}
