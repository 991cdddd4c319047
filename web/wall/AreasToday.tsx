import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type AreaBundle, areaIndexOf } from '../../geodata/areaBundle.ts'
import { keepAlike } from '../hooks/keepAlike.ts'
import { useAccess } from '../hooks/useAccess.ts'
import { isoSpan } from '../hooks/useAggregates.ts'
import { type City, useCity } from '../hooks/useCity.ts'
import { useCounted } from '../hooks/useCounted.ts'
import { useLanguage } from '../hooks/useView.ts'
import { countRights } from '../state/access.ts'
import { answeredSpan } from '../state/answeredSpan.ts'
import { nameOf } from '../state/areaTree.ts'
import { startOfDate, wallClockAt } from '../state/zonedTime.ts'
import { trpc } from '../trpc.ts'
import { Count } from '../ui/Count.tsx'
import { NumbersOf } from '../ui/Provenance.tsx'
import { FEED_LINES } from './Feed.tsx'
import { unattended } from './useOverview.ts'
import styles from './wall.module.css'

interface AreasTodayProps {
  areas: AreaBundle | undefined
  city: City
  stale: boolean
}

/** In the place of the feed, for walls that show nothing one by one: where the most was reported since midnight. */
export function AreasToday({ areas, city, stale }: AreasTodayProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const counted = useCounted()
  const rows = useToday(city)
  const shown = (rows.data?.areaId ?? [])
    .map((areaId, place) => ({ areaId, count: rows.data?.count[place] ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || a.areaId - b.areaId)
    .slice(0, FEED_LINES)
  const top = Math.max(1, ...shown.map(({ count }) => count))
  return (
    <section
      className={styles.feed}
      aria-busy={!rows.data || rows.isPlaceholderData}
      data-stale={stale || rows.isPlaceholderData}
      data-testid="areas-today"
    >
      <h2 className={styles.feedTitle} title={t('access.kiosk.feedHint')}>
        {t('access.kiosk.feed')}
      </h2>
      {rows.data && shown.length === 0 && <p className={styles.feedMeta}>{t('access.kiosk.feedEmpty')}</p>}
      <NumbersOf {...counted} span={answeredSpan(rows.data)} each={false}>
        <ol className={styles.feedList}>
          {shown.map(({ areaId, count }) => {
            const index = areas ? areaIndexOf(areas, areaId) : -1
            return (
              <li key={areaId} className={styles.todayLine} data-testid="area-line">
                <p className={styles.feedKind}>
                  {areas && index >= 0 ? nameOf(areas, index, language) : '\u00a0'}
                </p>
                <p className={styles.todayCount}>
                  <Count value={count} />
                </p>
                <i className={styles.todayBar} style={{ width: `${(count / top) * 100}%` }} />
              </li>
            )
          })}
        </ol>
      </NumbersOf>
    </section>
  )
}

/** Counts by village since midnight; by the finest level where there are no villages. */
function useToday(city: City) {
  const { code } = useCity()
  const counted = useAccess().may(...countRights)
  const own = city.levels.filter(
    ({ version, hierarchy }) => version === city.currentVersion && hierarchy === 'administration',
  )
  const level = own.find((each) => each.level === 'village') ?? own.at(-1)
  const asOf = Date.parse(city.asOf)
  const midnight = startOfDate(wallClockAt(asOf, city.timeZone).format('YYYY-MM-DD'), city.timeZone)
  const asked = { city: code ?? '', level: level?.level ?? '', ...isoSpan({ from: midnight, to: asOf }) }
  return useQuery(
    trpc.aggregates.byArea.queryOptions(asked, {
      enabled: counted && code !== undefined && level !== undefined && midnight < asOf,
      ...unattended,
      placeholderData: keepAlike(asked),
    }),
  )
}
