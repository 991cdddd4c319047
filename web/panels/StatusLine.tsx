import { useIsFetching, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useCity } from '../hooks/useCity.ts'
import { AsOf } from '../ui/AsOf.tsx'
import styles from './statusLine.module.css'

/** Whose data this is and how old: always in sight. */
export function StatusLine() {
  const { t } = useTranslation()
  const { data: city } = useCity()
  const fetching = useIsFetching() > 0
  const failed = useQueryClient()
    .getQueryCache()
    .getAll()
    .some((query) => query.state.status === 'error' && query.state.data !== undefined && query.isActive())
  return (
    <footer className={styles.line}>
      <span className={styles.sources}>
        {city && attribution(city.sources, t('status.attribution'))}
        {city?.synthetic && ` · ${t('status.synthetic')}`}
        {' · '}
        <Link to="/admin" search={true}>
          {t('status.sources')}
        </Link>
      </span>
      <span className={styles.right} role="status">
        {failed ? t('state.offline') : fetching ? t('status.loading') : ''}
      </span>
      {city && <AsOf instant={Date.parse(city.asOf)} timeZone={city.timeZone} />}
    </footer>
  )
}

/** What must be said in sight: OpenStreetMap's line in the person's language, else what the city's sources ask for. */
function attribution(sources: readonly { attribution: string }[], openStreetMap: string): string {
  const asked = [...new Set(sources.map((source) => source.attribution).filter(Boolean))]
  return asked.some((text) => text.includes('OpenStreetMap')) ? openStreetMap : asked.join(' · ')
}
