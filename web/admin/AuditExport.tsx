import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { toCsv } from '../analysis/exportSheet.ts'
import { useInstallationZone } from '../hooks/useInstallationZone.ts'
import { useMe } from '../hooks/useSession.ts'
import { useLanguage } from '../hooks/useView.ts'
import { formatInstant } from '../state/zonedTime.ts'
import { client } from '../trpc.ts'
import styles from './admin.module.css'
import { type AuditRow, actionText, purposeText } from './auditRow.ts'
import { refusalText } from './refusalText.ts'
import type { AuditFilter } from './useAuditFilter.ts'

const pageRows = 500
/** More than a spreadsheet shows well; `npm run audit -- export` has no such limit. */
const mostRows = 50_000

/** The filtered rows as a CSV file; who took it, when and under which number stands in it and in the audit. */
export function AuditExport({ filter }: { filter: AuditFilter }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const zone = useInstallationZone()
  const me = useMe()
  const take = useMutation({
    mutationFn: async () => {
      const rows: AuditRow[] = []
      for (let before: string | null = ''; before !== null && rows.length < mostRows; ) {
        const page: { rows: AuditRow[]; next: string | null } = await client.audit.list.query({
          ...filter,
          limit: pageRows,
          ...(before && { before }),
        })
        rows.push(...page.rows)
        before = page.next
      }
      const { number, at, userName } = await client.audit.export.mutate({ ...filter, rows: rows.length })
      return { rows, number, at, userName }
    },
    onSuccess: ({ rows, number, at, userName }) => {
      const when = (iso: string) => formatInstant(Date.parse(iso), zone, language)
      const text = toCsv({
        id: 'table',
        title: t('admin.audit.fileTitle'),
        head: [
          [t('admin.audit.window'), `${when(filter.from)} – ${when(filter.to)}`],
          [t('admin.audit.fileNumber'), String(number)],
          [t('admin.audit.fileBy'), `${userName} ${when(at)}`],
          ...(rows.length >= mostRows ? [[t('admin.audit.fileCut'), String(mostRows)] as const] : []),
        ],
        columns: [
          t('admin.audit.number'),
          t('admin.audit.at'),
          t('admin.audit.person'),
          t('admin.audit.roles'),
          t('admin.audit.address'),
          t('admin.audit.action'),
          t('admin.audit.code'),
          t('admin.audit.target'),
          t('bar.city'),
          t('admin.audit.areaId'),
          t('admin.audit.box'),
          t('admin.audit.rows'),
          t('admin.audit.purpose'),
          t('admin.audit.seal'),
          t('admin.audit.detail'),
        ],
        rows: rows.map((row) => [
          row.id,
          row.at,
          row.userName,
          row.roles.join(' '),
          row.address,
          actionText(row.action, t),
          row.action,
          row.target,
          row.city,
          row.areaId,
          row.box?.join(' ') ?? null,
          row.rows,
          purposeText(row.purpose, t),
          row.seq,
          JSON.stringify(row.detail),
        ]),
      })
      const link = document.createElement('a')
      link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
      link.download = `gridwall_audit_${filter.from.slice(0, 10)}_${filter.to.slice(0, 10)}_${number}.csv`
      link.click()
      URL.revokeObjectURL(link.href)
    },
  })
  return (
    <>
      {take.error && (
        <span className={styles.problem} role="alert">
          {refusalText(take.error, t)}
        </span>
      )}
      <Button loading={take.isPending} disabled={!me} onClick={() => take.mutate()}>
        {t('admin.audit.export')}
      </Button>
    </>
  )
}
