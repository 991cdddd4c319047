import { useQuery } from '@tanstack/react-query'
import { Button, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, type Outputs, trpc } from '../trpc.ts'
import styles from './admin.module.css'
import { ListTable } from './ListTable.tsx'
import { NewKiosk } from './NewKiosk.tsx'
import { PageFrame } from './PageFrame.tsx'
import { useActs } from './useActs.tsx'
import { usePlaces } from './usePlaces.ts'
import { When } from './When.tsx'

type Kiosk = Outputs['kiosks']['list'][number]

const weights = { waiting: 'warn', seen: 'on', over: 'off', withdrawn: 'off' } as const

function stateOf({ revokedAt, expiresAt, lastSeenAt }: Kiosk): keyof typeof weights {
  if (revokedAt !== null) return 'withdrawn'
  if (Date.parse(expiresAt) <= Date.now()) return 'over'
  return lastSeenAt === null ? 'waiting' : 'seen'
}

/** Every wall link: what it shows, how many screens are in by it, until when it holds. */
export function KiosksTable() {
  const { t } = useTranslation()
  const { ask } = useActs()
  const { text } = usePlaces()
  const kiosks = useQuery(trpc.kiosks.list.queryOptions())
  const [creating, setCreating] = useState(false)
  const columns: TableColumnsType<Kiosk> = [
    {
      title: t('admin.kiosks.name'),
      key: 'name',
      sorter: (a, b) => a.name.localeCompare(b.name, 'zh'),
      render: (_, { name }) => <b>{name}</b>,
    },
    { title: t('admin.kiosks.shows'), key: 'place', render: (_, { city, areaId }) => text({ city, areaId }) },
    {
      title: t('admin.kiosks.state'),
      key: 'state',
      render: (_, kiosk) => {
        const state = stateOf(kiosk)
        return (
          <span className={styles.state} data-state={weights[state]}>
            {t(`admin.kiosks.states.${state}`, { count: kiosk.screens })}
          </span>
        )
      },
    },
    {
      title: t('admin.kiosks.seen'),
      key: 'seen',
      render: (_, { lastSeenAt, address }) => (
        <span className={styles.two}>
          <When at={lastSeenAt} />
          {lastSeenAt !== null && address && <span className={styles.small}>{address}</span>}
        </span>
      ),
    },
    {
      title: t('admin.kiosks.until'),
      key: 'until',
      sorter: (a, b) => a.expiresAt.localeCompare(b.expiresAt),
      render: (_, { expiresAt, revokedAt }) => <When at={revokedAt ?? expiresAt} />,
    },
    {
      key: 'actions',
      align: 'right',
      render: (_, kiosk) =>
        (stateOf(kiosk) === 'seen' || stateOf(kiosk) === 'waiting') && (
          <Button
            danger
            onClick={() =>
              ask({
                title: t('admin.kiosks.revokeTitle', { name: kiosk.name }),
                consequence: t('admin.kiosks.revokeText'),
                ok: t('admin.kiosks.revoke'),
                danger: true,
                run: () => client.kiosks.revoke.mutate({ id: kiosk.id }),
                done: t('admin.kiosks.revoked', { name: kiosk.name }),
              })
            }
          >
            {t('admin.kiosks.revoke')}
          </Button>
        ),
    },
  ]
  return (
    <PageFrame
      title={t('admin.page.kiosks')}
      about={t('admin.kiosks.about')}
      actions={
        <Button type="primary" size="large" onClick={() => setCreating(true)}>
          {t('admin.kiosks.create')}
        </Button>
      }
    >
      <ListTable
        query={kiosks}
        rows={kiosks.data ?? []}
        rowKey="id"
        columns={columns}
        empty={t('admin.kiosks.none')}
        testId="kiosks"
      />
      {creating && <NewKiosk onClose={() => setCreating(false)} />}
    </PageFrame>
  )
}
