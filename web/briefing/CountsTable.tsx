import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLanguage } from '../hooks/useView.ts'
import { Verdict } from '../ui/Change.tsx'
import { formatCount } from '../ui/numbers.ts'
import styles from './brief.module.css'

export interface CountRow {
  key: string | number
  name: ReactNode
  now: number
  /** Null where a year earlier has no data. */
  before: number | null
  /** Opens what the row stands for. */
  onOpen?: () => void
}

interface CountsTableProps {
  head: string
  testId: string
  rows: readonly CountRow[]
  /** Printed as the sum: the sum of all rows and nothing else. */
  total: { now: number; before: number | null }
}

/** Counts now and a year ago with a plain verdict; the rows add up to the total in the last line. */
export function CountsTable({ head, testId, rows, total }: CountsTableProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const before = (value: number | null) => (value === null ? '—' : formatCount(value, language))
  return (
    <table className={styles.table} data-testid={testId}>
      <thead>
        <tr>
          <th scope="col">{head}</th>
          <th scope="col">{t('brief.now')}</th>
          <th scope="col">{t('brief.before')}</th>
          <th scope="col">{t('brief.verdict')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key} className={row.onOpen && styles.open} onClick={row.onOpen}>
            <th scope="row">
              {row.onOpen ? (
                <button type="button" className={styles.openName}>
                  {row.name}
                </button>
              ) : (
                row.name
              )}
            </th>
            <td>{formatCount(row.now, language)}</td>
            <td className={styles.soft}>{before(row.before)}</td>
            <td>
              <Verdict now={row.now} before={row.before} />
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{t('brief.sum')}</th>
          <td>{formatCount(total.now, language)}</td>
          <td className={styles.soft}>{before(total.before)}</td>
          <td>
            <Verdict now={total.now} before={total.before} />
          </td>
        </tr>
      </tfoot>
    </table>
  )
}
