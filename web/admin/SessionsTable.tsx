import { useQuery } from '@tanstack/react-query'
import { Button, type TableColumnsType } from 'antd'
import { useTranslation } from 'react-i18next'
import { Device } from '../account/Device.tsx'
import { useParameter } from '../hooks/useParameter.ts'
import { client, type Outputs, trpc } from '../trpc.ts'
import styles from './admin.module.css'
import { FindField } from './FindField.tsx'
import { ListTable } from './ListTable.tsx'
import { PageFrame } from './PageFrame.tsx'
import { useActs } from './useActs.tsx'
import { When } from './When.tsx'

type SessionLine = Outputs['sessions']['list'][number]

const refreshMs = 30_000

/** Every open session, latest used first; one, or all of a person, can be ended. */
export function SessionsTable() {
  const { t } = useTranslation()
  const { ask } = useActs()
  const sessions = useQuery(trpc.sessions.list.queryOptions({}, { refetchInterval: refreshMs }))
  const [text = '', setText] = useParameter('find')
  const wanted = text.trim().toLowerCase()
  const found = (sessions.data ?? []).filter(({ name, userName, address }) =>
    `${name} ${userName} ${address ?? ''}`.toLowerCase().includes(wanted),
  )
  // All sessions on screen are one person's: then they can go together.
  const [first] = found
  const ofOne = found.length > 1 && found.every(({ personId }) => personId === first.personId) ? first : null
  const end = (lines: readonly SessionLine[]) =>
    Promise.all(lines.map(({ id }) => client.sessions.revoke.mutate({ id })))

  const columns: TableColumnsType<SessionLine> = [
    {
      title: t('admin.people.account'),
      key: 'account',
      sorter: (a, b) => a.name.localeCompare(b.name, 'zh'),
      render: (_, { name, userName, kind }) => (
        <span className={styles.two}>
          <b>{name}</b>
          <span className={styles.small}>{kind === 'kiosk' ? t('admin.sessions.kiosk') : userName}</span>
        </span>
      ),
    },
    {
      title: t('admin.sessions.since'),
      key: 'since',
      sorter: (a, b) => a.createdAt.localeCompare(b.createdAt),
      render: (_, { createdAt }) => <When at={createdAt} />,
    },
    {
      title: t('admin.sessions.seen'),
      key: 'seen',
      sorter: (a, b) => a.lastSeenAt.localeCompare(b.lastSeenAt),
      defaultSortOrder: 'descend',
      render: (_, { lastSeenAt }) => <When at={lastSeenAt} />,
    },
    {
      title: t('admin.sessions.address'),
      key: 'address',
      render: (_, { address }) => <span className={styles.mono}>{address ?? '—'}</span>,
    },
    {
      title: t('admin.sessions.device'),
      key: 'device',
      render: (_, { device, method }) => (
        <span className={styles.two}>
          <Device userAgent={device} />
          <span className={styles.small}>{t(`admin.sessions.method.${method}`)}</span>
        </span>
      ),
    },
    {
      key: 'actions',
      align: 'right',
      render: (_, line) =>
        line.current ? (
          <span className={styles.small}>{t('admin.sessions.current')}</span>
        ) : (
          <Button
            danger
            onClick={() =>
              ask({
                title: t('admin.sessions.endTitle', { name: line.name }),
                consequence: t('admin.sessions.endText'),
                ok: t('admin.sessions.end'),
                danger: true,
                run: () => end([line]),
                done: t('admin.sessions.ended', { name: line.name }),
              })
            }
          >
            {t('admin.sessions.end')}
          </Button>
        ),
    },
  ]
  return (
    <PageFrame title={t('admin.page.sessions')} about={t('admin.sessions.about')}>
      <div className={styles.filters}>
        <FindField
          label={t('admin.sessions.find')}
          value={text}
          onChange={(wanted) => setText(wanted, { replace: true })}
        />
        {ofOne && (
          <Button
            danger
            onClick={() =>
              ask({
                title: t('admin.sessions.endAllTitle', { name: ofOne.name }),
                consequence: t('admin.sessions.endText'),
                ok: t('admin.sessions.endAll'),
                danger: true,
                run: () => end(found.filter(({ current }) => !current)),
                done: t('admin.sessions.ended', { name: ofOne.name }),
              })
            }
          >
            {t('admin.sessions.endAllOf', { name: ofOne.name })}
          </Button>
        )}
        {sessions.data && (
          <span className={styles.count}>{t('admin.sessions.count', { count: found.length })}</span>
        )}
      </div>
      <ListTable
        query={sessions}
        rows={found}
        rowKey="id"
        columns={columns}
        empty={t('admin.sessions.none')}
        testId="sessions"
      />
    </PageFrame>
  )
}
