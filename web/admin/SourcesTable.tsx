import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Dropdown, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useInstallationZone } from '../hooks/useInstallationZone.ts'
import { useLanguage } from '../hooks/useView.ts'
import { feedName } from '../live/feedName.ts'
import { rhythmText } from '../live/spanText.ts'
import { formatInstant } from '../state/zonedTime.ts'
import { client, trpc } from '../trpc.ts'
import { formatCount } from '../ui/numbers.ts'
import styles from './admin.module.css'
import { askEveryMs, FeedHealth } from './FeedHealth.tsx'
import { type Issued, IssuedToken } from './IssuedToken.tsx'
import { LastProblem } from './LastProblem.tsx'
import { ListTable } from './ListTable.tsx'
import { PageFrame } from './PageFrame.tsx'
import { RotateToken } from './RotateToken.tsx'
import { type Source, SourceForm } from './SourceForm.tsx'
import { SourcePast } from './SourcePast.tsx'
import { useActs } from './useActs.tsx'
import { When } from './When.tsx'

/** Every source of live data: what it brings, whether it still speaks, how fast it may, what went wrong last. */
export function SourcesTable() {
  const { t } = useTranslation()
  const language = useLanguage()
  const zone = useInstallationZone()
  const { ask } = useActs()
  const list = useQuery(trpc.sources.list.queryOptions(undefined, { refetchInterval: askEveryMs }))
  const [editing, setEditing] = useState<Source | 'new' | null>(null)
  const [rotating, setRotating] = useState<Source | null>(null)
  const [issued, setIssued] = useState<Issued | null>(null)
  const [past, setPast] = useState<Source | null>(null)
  const rows = list.data?.sources.map((source) => ({ ...source, key: `${source.city} ${source.code}` })) ?? []
  const off = list.data?.clockOffByS ?? null
  const cities = list.data?.cities ?? []
  const cityName = (code: string) => cities.find((each) => each.code === code)?.name[language] ?? code
  const nameOf = ({ code, name, nameEn }: Source) => feedName(t, { source: code, name, nameEn }, language)
  const date = (at: string) => formatInstant(Date.parse(at), zone, language)
  const number = (value: number) => formatCount(value, language)
  const columns: TableColumnsType<(typeof rows)[number]> = [
    {
      title: t('sources.name'),
      key: 'name',
      render: (_, source) => (
        <span className={styles.two}>
          <b>{nameOf(source)}</b>
          <span className={styles.small}>
            {source.code} · {cityName(source.city)}
            {source.synthetic && ` · ${t('sources.synthetic')}`}
          </span>
        </span>
      ),
    },
    {
      title: t('sources.health'),
      key: 'health',
      render: (_, { state, lastSeenAt, revokedAt, expectedEveryS, learnedEveryS }) => {
        const every = expectedEveryS ?? learnedEveryS
        return (
          <FeedHealth
            answer={list}
            state={revokedAt === null ? state : 'withdrawn'}
            lastSeenAt={lastSeenAt}
            rhythm={every === null ? t('sources.everyNone') : rhythmText(t, every, expectedEveryS === null)}
          />
        )
      },
    },
    { title: t('sources.kind'), key: 'kind', render: (_, { kind }) => t(`sources.kinds.${kind}`) },
    {
      title: t('sources.counts'),
      key: 'counts',
      render: (_, { accepted, rejected, limited }) => (
        <span className={styles.two}>
          <span className={styles.state}>
            {number(accepted)} / {number(rejected)}
          </span>
          {limited > 0 && <span className={styles.small}>{t('sources.limited', { count: limited })}</span>}
        </span>
      ),
    },
    {
      title: t('sources.rate'),
      key: 'rate',
      render: (_, { ratePerSecond }) => number(ratePerSecond),
    },
    {
      title: t('sources.tokenSince'),
      key: 'token',
      render: (_, { tokenSince, overlapUntil }) => (
        <span className={styles.two}>
          <When at={tokenSince} />
          {overlapUntil !== null && (
            <span className={styles.small}>{t('sources.overlap', { date: date(overlapUntil) })}</span>
          )}
        </span>
      ),
    },
    {
      title: t('sources.error'),
      key: 'error',
      render: (_, { lastError, lastErrorAt }) => <LastProblem error={lastError} at={lastErrorAt} />,
    },
    {
      key: 'actions',
      align: 'right',
      render: (_, source) => {
        const { city, code } = source
        const name = nameOf(source)
        if (source.revokedAt !== null) return null
        const revoke = () =>
          ask({
            title: t('sources.revokeTitle', { name }),
            consequence: t('sources.revokeText'),
            ok: t('sources.revokeOk'),
            danger: true,
            run: () => client.sources.revoke.mutate({ city, code }),
            done: t('sources.revoked', { name }),
          })
        return (
          <Dropdown
            trigger={['click']}
            menu={{
              items: [
                { key: 'past', label: t('sources.past.open'), onClick: () => setPast(source) },
                { key: 'change', label: t('sources.change'), onClick: () => setEditing(source) },
                { key: 'rotate', label: t('sources.rotate'), onClick: () => setRotating(source) },
                { key: 'revoke', danger: true, label: t('sources.revoke'), onClick: revoke },
              ],
            }}
          >
            <Button type="text" aria-label={t('sources.actions', { name })}>
              ⋯
            </Button>
          </Dropdown>
        )
      },
    },
  ]
  return (
    <PageFrame
      title={t('admin.page.sources')}
      about={t('sources.about')}
      actions={
        <Button type="primary" size="large" disabled={cities.length === 0} onClick={() => setEditing('new')}>
          {t('sources.create')}
        </Button>
      }
    >
      {off !== null && (
        <Alert
          type="warning"
          showIcon
          title={t('sources.clock', {
            seconds: formatCount(Math.abs(off), language),
            way: t(off > 0 ? 'sources.clockFast' : 'sources.clockSlow'),
          })}
        />
      )}
      <ListTable
        query={list}
        rows={rows}
        rowKey="key"
        columns={columns}
        empty={t('sources.none')}
        testId="sources"
      />
      {editing !== null && (
        <SourceForm
          cities={cities}
          source={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
          onDone={(made) => {
            setEditing(null)
            if (made) setIssued({ name: made.name, token: made.token, use: made.kind, keyName: made.keyName })
          }}
        />
      )}
      {rotating !== null && (
        <RotateToken
          name={nameOf(rotating)}
          rotate={(overlapHours) =>
            client.sources.rotate.mutate({ city: rotating.city, code: rotating.code, overlapHours })
          }
          onMade={(made) => {
            setIssued({
              name: nameOf(rotating),
              token: made.token,
              use: rotating.kind,
              keyName: made.keyName,
            })
            setRotating(null)
          }}
          onClose={() => setRotating(null)}
        />
      )}
      {past !== null && <SourcePast source={past} name={nameOf(past)} onClose={() => setPast(null)} />}
      {issued && <IssuedToken issued={issued} onClose={() => setIssued(null)} />}
    </PageFrame>
  )
}
