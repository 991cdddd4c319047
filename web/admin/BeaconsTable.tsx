import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Dropdown, Select, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useInstallationZone } from '../hooks/useInstallationZone.ts'
import { useLanguage } from '../hooks/useView.ts'
import { formatInstant } from '../state/zonedTime.ts'
import { client, type Outputs, trpc } from '../trpc.ts'
import { formatCount } from '../ui/numbers.ts'
import styles from './admin.module.css'
import { askEveryMs, FeedHealth, type HealthState } from './FeedHealth.tsx'
import { type Issued, IssuedToken } from './IssuedToken.tsx'
import { LastProblem } from './LastProblem.tsx'
import { ListTable } from './ListTable.tsx'
import { RotateToken } from './RotateToken.tsx'
import { useActs } from './useActs.tsx'

type Unit = Outputs['devices']['list']['units'][number]

function stateOf({ beacon }: Unit): HealthState {
  if (beacon === null) return 'none'
  return beacon.revokedAt === null ? beacon.state : 'withdrawn'
}

/** The units of a city and the phones that are their beacons: issue, replace, withdraw. */
export function BeaconsTable() {
  const { t } = useTranslation()
  const language = useLanguage()
  const zone = useInstallationZone()
  const { act, ask } = useActs()
  const sources = useQuery(trpc.sources.list.queryOptions())
  const cities = sources.data?.cities ?? []
  const [chosen, setChosen] = useState<string>()
  const city = chosen ?? cities[0]?.code ?? ''
  const list = useQuery(
    trpc.devices.list.queryOptions({ city }, { enabled: city !== '', refetchInterval: askEveryMs }),
  )
  const [onlyEquipped, setOnlyEquipped] = useState(false)
  const [rotating, setRotating] = useState<Unit | null>(null)
  const [issued, setIssued] = useState<Issued | null>(null)
  const show = (callSign: string, token: string) =>
    setIssued({ name: callSign, token, use: 'beacon', keyName: null })
  const issue = ({ unitId, callSign }: Unit) =>
    void act({
      run: async () => show(callSign, (await client.devices.issue.mutate({ city, unitId })).token),
      done: t('sources.beacons.issued', { name: callSign }),
    })
  const revoke = ({ unitId, callSign: name }: Unit) =>
    ask({
      title: t('sources.beacons.revokeTitle', { name }),
      consequence: t('sources.beacons.revokeText'),
      ok: t('sources.beacons.revokeOk'),
      danger: true,
      run: () => client.devices.revoke.mutate({ city, unitId }),
      done: t('sources.beacons.revoked', { name }),
    })
  const units = (list.data?.units ?? []).filter(({ beacon }) => !onlyEquipped || beacon !== null)
  const columns: TableColumnsType<Unit> = [
    {
      title: t('sources.beacons.unit'),
      key: 'unit',
      sorter: (a, b) => a.callSign.localeCompare(b.callSign, 'zh'),
      render: (_, { callSign }) => <b>{callSign}</b>,
    },
    { title: t('sources.beacons.squad'), key: 'squad', render: (_, { squad }) => squad?.[language] ?? '' },
    {
      title: t('sources.beacons.state'),
      key: 'state',
      sorter: (a, b) => stateOf(a).localeCompare(stateOf(b)),
      render: (_, unit) => (
        <FeedHealth answer={list} state={stateOf(unit)} lastSeenAt={unit.beacon?.lastSeenAt ?? null} />
      ),
    },
    {
      title: t('sources.counts'),
      key: 'counts',
      render: (_, { beacon }) =>
        beacon && `${formatCount(beacon.accepted, language)} / ${formatCount(beacon.rejected, language)}`,
    },
    {
      title: t('sources.tokenSince'),
      key: 'token',
      render: (_, { beacon }) =>
        beacon?.tokenSince && (
          <span className={styles.two}>
            <span>
              {t('sources.tokenSince', {
                date: formatInstant(Date.parse(beacon.tokenSince), zone, language),
              })}
            </span>
            {beacon.overlapUntil && (
              <span className={styles.small}>
                {t('sources.overlap', {
                  date: formatInstant(Date.parse(beacon.overlapUntil), zone, language),
                })}
              </span>
            )}
          </span>
        ),
    },
    {
      title: t('sources.error'),
      key: 'error',
      render: (_, { beacon }) => beacon && <LastProblem error={beacon.lastError} at={beacon.lastErrorAt} />,
    },
    {
      key: 'actions',
      align: 'right',
      render: (_, unit) => {
        if (unit.beacon === null)
          return <Button onClick={() => issue(unit)}>{t('sources.beacons.issue')}</Button>
        if (unit.beacon.revokedAt !== null)
          return <Button onClick={() => issue(unit)}>{t('sources.beacons.again')}</Button>
        return (
          <Dropdown
            trigger={['click']}
            menu={{
              items: [
                { key: 'rotate', label: t('sources.beacons.rotate'), onClick: () => setRotating(unit) },
                {
                  key: 'revoke',
                  danger: true,
                  label: t('sources.beacons.revoke'),
                  onClick: () => revoke(unit),
                },
              ],
            }}
          >
            <Button type="text" aria-label={t('sources.actions', { name: unit.callSign })}>
              ⋯
            </Button>
          </Dropdown>
        )
      },
    },
  ]
  return (
    <section className={styles.page} aria-labelledby="beacons">
      <header className={styles.head}>
        <div>
          <h2 id="beacons">{t('sources.beacons.title')}</h2>
          <p className={styles.about}>{t('sources.beacons.about')}</p>
        </div>
      </header>
      <div className={styles.filters}>
        {cities.length > 1 && (
          <Select
            value={city}
            aria-label={t('sources.city')}
            style={{ minWidth: 160 }}
            options={cities.map((each) => ({ value: each.code, label: each.name[language] }))}
            onChange={setChosen}
          />
        )}
        <Checkbox checked={onlyEquipped} onChange={(event) => setOnlyEquipped(event.target.checked)}>
          {t('sources.beacons.onlyEquipped')}
        </Checkbox>
      </div>
      <ListTable
        query={list}
        rows={units}
        rowKey="unitId"
        columns={columns}
        empty={t(onlyEquipped ? 'sources.beacons.noneEquipped' : 'sources.beacons.none')}
        testId="beacons"
      />
      {rotating !== null && (
        <RotateToken
          name={rotating.callSign}
          rotate={(overlapHours) =>
            client.devices.rotate.mutate({ city, unitId: rotating.unitId, overlapHours })
          }
          onMade={({ callSign, token }) => {
            setRotating(null)
            show(callSign, token)
          }}
          onClose={() => setRotating(null)}
        />
      )}
      {issued && <IssuedToken issued={issued} onClose={() => setIssued(null)} />}
    </section>
  )
}
