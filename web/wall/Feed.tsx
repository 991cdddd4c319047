import { useTranslation } from 'react-i18next'
import type { AreaBundle } from '../../geodata/areaBundle.ts'
import type { City } from '../hooks/useCity.ts'
import { useLanguage } from '../hooks/useView.ts'
import { wallClockAt } from '../state/zonedTime.ts'
import type { Outputs } from '../trpc.ts'
import { alertLevel, LevelMark } from './LevelMark.tsx'
import { placeName } from './placeName.ts'
import styles from './wall.module.css'

export const FEED_LINES = 7

const STATUSES = ['new', 'dispatched', 'onScene', 'closed', 'recorded'] as const

type Latest = Outputs['incidents']['latest']['incidents'][number]

interface FeedProps {
  incidents: readonly Latest[] | undefined
  areas: AreaBundle | undefined
  city: City
  stale: boolean
}

/** The newest incidents, at most seven: what, where, when, how far. */
export function Feed({ incidents, areas, city, stale }: FeedProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const asOf = Date.parse(city.asOf)
  const kindNames = new Map(city.kinds.map((kind) => [kind.code, kind.name[language]]))

  function time(instant: number): string {
    const local = wallClockAt(instant, city.timeZone)
    const sameDay = local.isSame(wallClockAt(asOf, city.timeZone), 'day')
    return local.format(sameDay ? 'HH:mm' : 'MM-DD HH:mm')
  }

  function statusName(status: string): string {
    const known = STATUSES.find((each) => each === status)
    return known ? t(`incident.statuses.${known}`) : status
  }

  return (
    <section className={styles.feed} aria-busy={!incidents} data-stale={stale}>
      <h2 className={styles.feedTitle}>{t('wall.feed.title')}</h2>
      {incidents?.length === 0 && <p className={styles.feedMeta}>{t('wall.feed.empty')}</p>}
      <ol className={styles.feedList}>
        {incidents?.slice(0, FEED_LINES).map((incident) => (
          <li
            key={incident.id}
            data-testid="feed-line"
            className={styles.feedLine}
            data-level={alertLevel(incident.level)}
          >
            <LevelMark level={incident.level} />
            <div>
              <p className={styles.feedKind}>{kindNames.get(incident.kind) ?? incident.kind}</p>
              <p className={styles.feedPlace}>
                {areas ? placeName(areas, incident.cellId, language) || t('wall.feed.nowhere') : '\u00a0'}
              </p>
              <p className={styles.feedMeta}>
                <time dateTime={incident.reportedAt}>{time(Date.parse(incident.reportedAt))}</time>
                <span>{statusName(incident.status)}</span>
                <span>{t(`incident.levels.${alertLevel(incident.level)}`)}</span>
              </p>
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}
