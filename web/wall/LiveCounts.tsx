import { useTranslation } from 'react-i18next'
import type { LiveCount } from '../../api/live/messages.ts'
import { type AreaBundle, areaIndexOf } from '../../geodata/areaBundle.ts'
import type { City } from '../hooks/useCity.ts'
import { useNow } from '../hooks/useNow.ts'
import { useLanguage } from '../hooks/useView.ts'
import { useLive } from '../live/live.ts'
import { spanText } from '../live/spanText.ts'
import { nameOf } from '../state/areaTree.ts'
import { AreasToday } from './AreasToday.tsx'
import { FEED_LINES } from './Feed.tsx'
import styles from './wall.module.css'

interface LiveCountsProps {
  areas: AreaBundle | undefined
  city: City
  stale: boolean
}

/**
 * In the place of the feed, for walls that show nothing one by one: what was told last, by kind and micro-grid, at most
 * seven lines. Until something is, where the most was reported since midnight.
 */
export function LiveCounts({ areas, city, stale }: LiveCountsProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const counts = useLive((store) => store.counts)
  const serverNow = useLive((store) => store.now())
  useNow(1000)
  if (counts.length === 0) return <AreasToday areas={areas} city={city} stale={stale} />
  const lines = keyed(counts.slice(-FEED_LINES)).reverse()
  const kindNames = new Map(city.kinds.map((kind) => [kind.code, kind.name[language]]))
  const place = (cellId: number | null) => {
    const index = areas && cellId !== null ? areaIndexOf(areas, cellId) : -1
    return areas && index >= 0 ? nameOf(areas, index, language) : t('live.wall.nowhere')
  }
  return (
    <section className={styles.feed} data-stale={stale} data-testid="live-counts">
      <h2 className={styles.feedTitle}>{t('live.wall.feed')}</h2>
      <ol className={styles.feedList}>
        {lines.map(({ key, count: { cellId, kind, reportedAt } }) => (
          <li key={key} className={styles.countLine} data-testid="count-line">
            <p className={styles.feedKind}>{kindNames.get(kind) ?? kind}</p>
            <p className={styles.feedPlace}>{place(cellId)}</p>
            <p className={styles.feedMeta}>
              <time dateTime={reportedAt}>
                {t('live.wall.ago', { age: spanText(t, serverNow - Date.parse(reportedAt)) })}
              </time>
            </p>
          </li>
        ))}
      </ol>
    </section>
  )
}

/** Nothing tells two counts of one kind, place and instant apart but that there are two. */
function keyed(counts: readonly LiveCount[]): { key: string; count: LiveCount }[] {
  const seen = new Map<string, number>()
  return counts.map((count) => {
    const name = `${count.reportedAt} ${count.cellId} ${count.kind}`
    const before = seen.get(name) ?? 0
    seen.set(name, before + 1)
    return { key: `${name} ${before}`, count }
  })
}
