import { useQuery } from '@tanstack/react-query'
import { Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { z } from 'zod/mini'
import { useCity } from '../hooks/useCity.ts'
import { useMay } from '../hooks/useSession.ts'
import { AsOf } from '../ui/AsOf.tsx'
import { Count } from '../ui/Count.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Row } from '../ui/Panel.tsx'
import { NumbersOf } from '../ui/Provenance.tsx'
import { SyntheticBadge } from '../ui/SyntheticBadge.tsx'
import styles from './admin.module.css'
import { PageFrame } from './PageFrame.tsx'

const health = z.looseObject({ status: z.string(), database: z.string(), areas: z.number() })

async function readHealth() {
  const response = await fetch('/healthz')
  if (!response.ok) throw new Error(`The server answered ${response.status} when asked for its health.`)
  return health.parse(await response.json())
}

/** Whether all is well, where the data comes from, under which licence, and what is never done with it. */
export function DataPage() {
  const { t } = useTranslation()
  const hasMap = useMay('map')
  const state = useQuery({ queryKey: ['healthz'], queryFn: readHealth, refetchInterval: 30_000 })
  return (
    <PageFrame title={t('admin.page.data')} about={t('admin.data.about')}>
      <section>
        <h2>{t('admin.data.health')}</h2>
        {state.isError ? (
          <ErrorState error={state.error} inPlace onRetry={() => void state.refetch()} />
        ) : state.data ? (
          <>
            <Row label={t('admin.data.health')}>
              {state.data.status === 'ok' ? t('admin.data.healthOk') : state.data.status}
            </Row>
            <Row label={t('admin.data.database')}>{state.data.database}</Row>
            <Row label={t('admin.data.areas')}>
              <NumbersOf counted={t('number.of.areas')} source="health">
                <Count value={state.data.areas} />
              </NumbersOf>
            </Row>
          </>
        ) : (
          <Skeleton active title={false} paragraph={{ rows: 3 }} />
        )}
      </section>
      {hasMap && <CityData />}
      <section>
        <h2>{t('admin.data.redLinesTitle')}</h2>
        <ul className={styles.lines}>
          {t('admin.data.redLines', { returnObjects: true }).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </section>
    </PageFrame>
  )
}

/** Boundary versions and sources of the city on screen. */
function CityData() {
  const { t } = useTranslation()
  const city = useCity()
  if (city.error && !city.data) return <ErrorState error={city.error} inPlace onRetry={city.refetch} />
  if (!city.data) return <Skeleton active paragraph={{ rows: 6 }} />
  return (
    <>
      <section>
        <h2>{t('admin.data.versionsTitle')}</h2>
        {city.data.versions.map((version) => (
          <Row key={version.version} label={t('bar.version', { version: version.version })}>
            {version.validTo
              ? t('admin.data.validRange', { from: version.validFrom, to: version.validTo })
              : t('admin.data.validFrom', { from: version.validFrom })}
            {' · '}
            {t(version.synthetic ? 'admin.data.synthetic' : 'admin.data.real')}
          </Row>
        ))}
      </section>

      <section>
        <h2>{t('admin.data.sourcesTitle')}</h2>
        {city.data.sources.length === 0 ? (
          <EmptyState>{t('admin.data.none')}</EmptyState>
        ) : (
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('admin.data.source')}</th>
                <th scope="col">{t('admin.data.licence')}</th>
                <th scope="col">{t('admin.data.attribution')}</th>
              </tr>
            </thead>
            <tbody>
              {city.data.sources.map((source) => (
                <tr key={source.name}>
                  <td>{source.name}</td>
                  <td>{source.licence || '—'}</td>
                  <td>{source.attribution}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <footer className={styles.asOf}>
        {city.data.synthetic && <SyntheticBadge />}
        <AsOf instant={Date.parse(city.data.asOf)} timeZone={city.data.timeZone} />
      </footer>
    </>
  )
}
