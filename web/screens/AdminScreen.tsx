import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { z } from 'zod/mini'
import { useCity } from '../hooks/useCity.ts'
import { useToggleLanguage, useToggleTheme } from '../hooks/useView.ts'
import { AsOf } from '../ui/AsOf.tsx'
import { Count } from '../ui/Count.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Row } from '../ui/Panel.tsx'
import { NumbersOf } from '../ui/Provenance.tsx'
import { SyntheticBadge } from '../ui/SyntheticBadge.tsx'
import styles from './admin.module.css'

const health = z.looseObject({ status: z.string(), database: z.string(), areas: z.number() })

async function readHealth() {
  const response = await fetch('/healthz')
  if (!response.ok) throw new Error(`The server answered ${response.status} when asked for its health.`)
  return health.parse(await response.json())
}

/** Where the data comes from, under which licence, what is never done with it, and whether all is well. */
export function AdminScreen() {
  const { t } = useTranslation()
  const city = useCity()
  const toggleLanguage = useToggleLanguage()
  const toggleTheme = useToggleTheme()
  const state = useQuery({ queryKey: ['healthz'], queryFn: readHealth, refetchInterval: 30_000 })

  if (city.error && !city.data) return <ErrorState error={city.error} onRetry={city.refetch} />
  return (
    <main className={styles.page}>
      <nav className={styles.nav}>
        <Link to="/" search={true} className={styles.back}>
          ← {t('state.backToMap')}
        </Link>
        <span className={styles.tools}>
          {city.data?.synthetic && <SyntheticBadge />}
          <Button type="text" size="large" onClick={toggleLanguage} title={t('bar.languageHint')}>
            {t('bar.language')}
          </Button>
          <Button
            type="text"
            size="large"
            onClick={toggleTheme}
            title={t('bar.theme')}
            aria-label={t('bar.theme')}
          >
            ◐
          </Button>
        </span>
      </nav>
      <h1>{t('admin.title')}</h1>

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

      {city.data ? (
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
        </>
      ) : (
        <Skeleton active paragraph={{ rows: 6 }} />
      )}

      <section>
        <h2>{t('admin.data.redLinesTitle')}</h2>
        <ul className={styles.lines}>
          {t('admin.data.redLines', { returnObjects: true }).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </section>
      {city.data && (
        <footer>
          <AsOf instant={Date.parse(city.data.asOf)} timeZone={city.data.timeZone} />
        </footer>
      )}
    </main>
  )
}
