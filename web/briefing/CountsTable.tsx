import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Verdict } from '../ui/Change.tsx'
import { Count } from '../ui/Count.tsx'
import styles from './brief.module.css'

export interface CountRow {
  key: string | number
  name: ReactNode
  /** null: hidden by the rule for small numbers. */
  now: number | null
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
  /** How many comparisons like those of a row, and of the total, there are. */
  among: { row: number; total: number }
}

/** Counts now and a year ago with a plain verdict; the rows add up to the total in the last line. */
export function CountsTable({ head, testId, rows, total, among }: CountsTableProps) {
  const { t } = useTranslation()
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
            <td>
              <Count value={row.now} />
            </td>
            <td className={styles.soft}>
              <Count value={row.before ?? undefined} />
            </td>
            <td>{row.now !== null && <Verdict now={row.now} before={row.before} among={among.row} />}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{t('brief.sum')}</th>
          <td>
            <Count value={total.now} />
          </td>
          <td className={styles.soft}>
            <Count value={total.before ?? undefined} />
          </td>
          <td>
            <Verdict now={total.now} before={total.before} among={among.total} />
          </td>
        </tr>
      </tfoot>
    </table>
  )
}
