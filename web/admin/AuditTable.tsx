import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Table, type TableColumnsType } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLanguage } from '../hooks/useView.ts'
import { client } from '../trpc.ts'
import { ErrorState } from '../ui/ErrorState.tsx'
import { formatCount } from '../ui/numbers.ts'
import { AuditDetails } from './AuditDetails.tsx'
import { AuditExport } from './AuditExport.tsx'
import styles from './admin.module.css'
import { type AuditRow, actionText, purposeText } from './auditRow.ts'
import { useAreaNames } from './useAreaNames.ts'
import type { AuditFilter } from './useAuditFilter.ts'
import { When } from './When.tsx'

const pageRows = 100

interface AuditTableProps {
  filter: AuditFilter
  onPerson: (id: string) => void
}

/** The rows, newest first; a line opens with everything that is known about it. */
export function AuditTable({ filter, onPerson }: AuditTableProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const areaText = useAreaNames()
  const [open, setOpen] = useState<AuditRow | null>(null)
  const pages = useInfiniteQuery({
    queryKey: ['audit', 'pages', filter],
    queryFn: ({ pageParam }) =>
      client.audit.list.query({ ...filter, limit: pageRows, ...(pageParam && { before: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    // Looking is looked at too: nothing is asked again by itself.
    staleTime: Number.POSITIVE_INFINITY,
  })
  const rows = useMemo(() => pages.data?.pages.flatMap((page) => page.rows) ?? [], [pages.data])
  const names = useMemo(() => namesIn(rows), [rows])
  const columns: TableColumnsType<AuditRow> = [
    { title: t('admin.audit.at'), key: 'at', width: 210, render: (_, { at }) => <When at={at} /> },
    {
      title: t('admin.audit.person'),
      key: 'person',
      render: (_, { userName, kind }) => (
        <span className={styles.two}>
          <b>{userName}</b>
          {kind !== 'person' && <span className={styles.small}>{t(`admin.audit.kind.${kind}`)}</span>}
        </span>
      ),
    },
    { title: t('admin.audit.action'), key: 'action', render: (_, { action }) => actionText(action, t) },
    {
      title: t('admin.audit.where'),
      key: 'where',
      render: (_, { city, areaId, box }) => areaText({ city, areaId, box }),
    },
    {
      title: t('admin.audit.rows'),
      key: 'rows',
      align: 'right',
      render: (_, { rows: number }) => (number === null ? '' : formatCount(number, language)),
    },
    {
      title: t('admin.audit.purpose'),
      key: 'purpose',
      render: (_, { purpose }) => purposeText(purpose, t),
    },
    {
      title: t('admin.audit.seal'),
      key: 'seal',
      align: 'right',
      render: (_, { seq }) => (
        <span className={styles.small}>
          {seq === null ? t('admin.audit.unsealed') : formatCount(seq, language)}
        </span>
      ),
    },
  ]
  if (pages.error && !pages.data) {
    return <ErrorState error={pages.error} inPlace onRetry={() => void pages.refetch()} />
  }
  return (
    <>
      <div className={styles.filters}>
        <span className={styles.small}>{t('admin.audit.watched')}</span>
        <span className={styles.count}>
          {pages.data &&
            t(pages.hasNextPage ? 'admin.audit.shownMore' : 'admin.audit.shownAll', { count: rows.length })}
        </span>
        <AuditExport filter={filter} />
      </div>
      <Table
        rowKey="id"
        size="small"
        loading={pages.isPending}
        columns={columns}
        dataSource={rows}
        pagination={false}
        rowClassName={styles.row}
        onRow={(row) => ({
          tabIndex: 0,
          onClick: () => setOpen(row),
          onKeyDown: (event) => {
            if (event.key === 'Enter') setOpen(row)
          },
        })}
        locale={{ emptyText: t(pages.isPending ? 'state.loading' : 'admin.audit.none') }}
        data-testid="audit"
      />
      {pages.hasNextPage && (
        <Button
          className={styles.more}
          size="large"
          loading={pages.isFetchingNextPage}
          onClick={() => void pages.fetchNextPage()}
        >
          {t('admin.audit.more')}
        </Button>
      )}
      <AuditDetails row={open} names={names} onPerson={onPerson} onClose={() => setOpen(null)} />
    </>
  )
}

/** Accounts by number, as far as the rows on screen name them: who did something, and to whom it was done. */
function namesIn(rows: readonly AuditRow[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const { personId, userName, target, detail } of rows) {
    if (personId !== null) names.set(personId, userName)
    if (target !== null && typeof detail.userName === 'string') names.set(target, detail.userName)
  }
  return names
}
