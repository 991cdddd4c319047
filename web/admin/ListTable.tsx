import { Table, type TableProps } from 'antd'
import { useTranslation } from 'react-i18next'
import { ErrorState } from '../ui/ErrorState.tsx'
import styles from './admin.module.css'

interface ListTableProps<Row> {
  /** Where the rows come from: its first answer is waited for, its failure said with a way to ask again. */
  query: { data: unknown; error: unknown; isPending: boolean; refetch: () => unknown }
  rows: Row[]
  rowKey: keyof Row & string
  columns: TableProps<Row>['columns']
  /** Said where there is no row. */
  empty: string
  testId: string
}

/** A list of the administration: fifty rows a page. */
export function ListTable<Row extends object>({
  query,
  rows,
  rowKey,
  columns,
  empty,
  testId,
}: ListTableProps<Row>) {
  const { t } = useTranslation()
  if (query.error && query.data === undefined) {
    return <ErrorState error={query.error} inPlace onRetry={() => void query.refetch()} />
  }
  return (
    <Table
      rowKey={rowKey}
      size="middle"
      loading={query.isPending}
      columns={columns}
      dataSource={rows}
      pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
      // The table's own colour for it is too pale to read.
      locale={{
        emptyText: <span className={styles.soft}>{query.isPending ? t('state.loading') : empty}</span>,
      }}
      data-testid={testId}
    />
  )
}
