import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button, InputNumber, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useInstallationZone } from '../hooks/useInstallationZone.ts'
import { formatDate } from '../state/zonedTime.ts'
import { client, type Outputs, trpc } from '../trpc.ts'
import styles from './admin.module.css'
import { refusalText } from './refusalText.ts'

const dayMs = 86_400_000
/** As `audit.retain` takes it. */
const mostDays = 3660

type RetainAuditProps = Pick<Outputs['audit']['status'], 'keepDays' | 'leastKeepDays' | 'oldest'>

/** For how long the audit is kept, decided by its keeper: what is older goes, and that cannot be taken back. */
export function RetainAudit({ keepDays, leastKeepDays, oldest }: RetainAuditProps) {
  const { t } = useTranslation()
  const zone = useInstallationZone()
  const { message } = App.useApp()
  const queryClient = useQueryClient()
  const [open, setOpen] = useState(false)
  const [days, setDays] = useState<number | null>(keepDays)
  const retain = useMutation({
    mutationFn: (wanted: number) => client.audit.retain.mutate({ days: wanted }),
    onSuccess: async ({ removed }) => {
      setOpen(false)
      message.success(t('admin.audit.retained', { count: removed }))
      await queryClient.invalidateQueries({ queryKey: trpc.audit.pathKey() })
    },
  })
  const before = Date.now() - (days ?? keepDays) * dayMs
  const removesSome = oldest !== null && Date.parse(oldest) < before
  return (
    <>
      <Button
        size="large"
        onClick={() => {
          setDays(keepDays)
          retain.reset()
          setOpen(true)
        }}
      >
        {t('admin.audit.retain')}
      </Button>
      <Modal
        open={open}
        title={t('admin.audit.retainTitle')}
        okText={t('admin.audit.retainNow')}
        okButtonProps={{ danger: true, disabled: days === null, loading: retain.isPending }}
        cancelText={t('account.cancel')}
        onCancel={() => setOpen(false)}
        onOk={() => {
          if (days !== null) retain.mutate(days)
        }}
      >
        <label className={styles.field} htmlFor="retain-days">
          <span>{t('admin.audit.retainDays')}</span>
          <InputNumber
            id="retain-days"
            size="large"
            min={leastKeepDays}
            max={mostDays}
            precision={0}
            value={days}
            status={days === null ? 'error' : undefined}
            onChange={setDays}
          />
          <span className={styles.small}>
            {t('admin.audit.retainRange', { least: leastKeepDays, most: mostDays })}
          </span>
        </label>
        <p data-testid="retain-consequence">
          {t(removesSome ? 'admin.audit.retainRemoves' : 'admin.audit.retainRemovesNone', {
            date: formatDate(before, zone),
          })}
        </p>
        <p className={styles.small}>{t('admin.audit.retainText')}</p>
        {retain.error && (
          <p className={styles.problem} role="alert">
            {refusalText(retain.error, t)}
          </p>
        )}
      </Modal>
    </>
  )
}
