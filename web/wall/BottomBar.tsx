import { useTranslation } from 'react-i18next'
import { useNow } from '../hooks/useNow.ts'
import { useLanguage } from '../hooks/useView.ts'
import { LiveBadge } from '../live/LiveBadge.tsx'
import { formatInstant } from '../state/zonedTime.ts'
import { ageOf } from './age.ts'
import { isStale } from './freshness.ts'
import type { Tour } from './tour.ts'
import styles from './wall.module.css'

interface BottomBarProps {
  tour: Tour
  sceneName: string
  version: string
  synthetic: boolean
  asOf: number
  timeZone: string
  /** When the figures were answered last; undefined before the first answer. */
  fetchedAt: number | undefined
  reloading: boolean
}

/** Older than this the data is an archive and not a city that is late. */
const ARCHIVE_AFTER_MS = 24 * 3_600_000

/** Which scene, how old everything is, what kind of data it is, and what time it is here. */
export function BottomBar(props: BottomBarProps) {
  const { tour, sceneName, version, synthetic, asOf, timeZone, fetchedAt, reloading } = props
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useNow(1000)
  const age = fetchedAt === undefined ? null : ageOf(now - fetchedAt)
  const stale = fetchedAt !== undefined && isStale(fetchedAt, now)
  return (
    <footer className={styles.bottom}>
      <p className={styles.scene}>
        <span className={styles.soft}>
          {t('wall.bar.scene', { index: tour.index + 1, count: tour.scenes })}
          {tour.paused && ` · ${t('wall.bar.paused')}`}
        </span>
        <b>{sceneName}</b>
      </p>
      <p className={styles.data}>
        {synthetic && <span className={styles.badge}>{t('bar.synthetic')}</span>}
        <span>{t('wall.bar.asOf', { time: formatInstant(asOf, timeZone, language) })}</span>
        {synthetic && now - asOf > ARCHIVE_AFTER_MS && <span>{t('wall.bar.archive')}</span>}
        <span>{t('bar.version', { version })}</span>
        {stale && age && (
          <span className={styles.staleText} role="status">
            {t('wall.bar.stale', { age: t(`wall.age.${age.unit}`, { count: age.count }) })}
          </span>
        )}
        <LiveBadge className={styles.liveBadge} />
        {reloading && <span role="status">{t('wall.bar.reloading')}</span>}
      </p>
      <p className={styles.clock}>{formatInstant(now, timeZone, language)}</p>
    </footer>
  )
}
