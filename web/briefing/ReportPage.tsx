import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { unusualFrom } from '../../api/statistics/comparison.ts'
import type { AreaBundle } from '../../geodata/areaBundle.ts'
import { useOnlyFamily } from '../hooks/useAccess.ts'
import type { City } from '../hooks/useCity.ts'
import type { ExportLines } from '../hooks/useExportNote.ts'
import { useJurisdiction } from '../hooks/useJurisdiction.ts'
import { useLanguage } from '../hooks/useView.ts'
import { SightNote, useSight } from '../panels/SightNote.tsx'
import { levelNameOf, nameOf, rootOf } from '../state/areaTree.ts'
import { areasLike } from '../state/likeness.ts'
import { formatDate, formatInstant, wallClockAt } from '../state/zonedTime.ts'
import { Count, Measure } from '../ui/Count.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { FootnoteList, FootnotesProvider } from '../ui/Footnotes.tsx'
import { Updating } from '../ui/Kept.tsx'
import { formatZ } from '../ui/numbers.ts'
import { NumbersOf } from '../ui/Provenance.tsx'
import { AboutNumbers } from '../ui/Told.tsx'
import styles from './brief.module.css'
import { CitedFacts } from './CitedFacts.tsx'
import { type CountRow, CountsTable } from './CountsTable.tsx'
import { childCounts } from './childRows.ts'
import { Figures } from './Figures.tsx'
import { headlineOf } from './headline.ts'
import { MonthBars } from './MonthBars.tsx'
import type { useBriefing } from './useBriefing.ts'
import { useGroupName, useHeadlineText } from './useHeadlineText.ts'

/** Areas listed one by one before the others are put together. */
const MOST_ROWS = 12

interface ReportPageProps {
  city: City
  areas: AreaBundle
  /** Index of the area the page is about; -1 for the whole city of an import without a city level. */
  index: number
  version: string
  /** Indices of the areas inside, one step down. */
  inside: readonly number[]
  briefing: ReturnType<typeof useBriefing>
  /** What the paper says about itself while it is printed. */
  lines: ExportLines | null
  onOpen: (areaId: number) => void
}

/** The page at the right: like a well-set report that happens to be alive. */
export function ReportPage({
  city,
  areas,
  index,
  version,
  inside,
  briefing,
  lines,
  onOpen,
}: ReportPageProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const groupName = useGroupName()
  const headlineText = useHeadlineText()
  const [wide, setWide] = useState<number | null>(null)
  const { period, comparable, total, groups, handling, months } = briefing
  const before = (count: number) => (comparable ? count : null)
  const shownTotal = total && { now: total.now, before: before(total.before) }

  const among = areasLike(areas, index)
  const likeInside = inside.length > 0 ? areasLike(areas, inside[0]) : among
  const jurisdiction = useJurisdiction()
  const onlyFamily = useOnlyFamily()
  const sight = useSight(index)
  /** The page of a jurisdiction of several areas: its numbers are not those of the city that holds them. */
  const several = jurisdiction !== null && index === rootOf(areas) && sight === 'part'
  const name = several
    ? t('access.jurisdiction.many', { count: jurisdiction.areas.length })
    : index < 0
      ? city.name[language]
      : nameOf(areas, index, language)
  const asOf = Date.parse(city.asOf)
  const spans = { span: period.now, compare: comparable ? period.lastYear : null }
  const dates = (span: { from: number; to: number }) =>
    `${formatDate(span.from, city.timeZone)} – ${formatDate(span.to, city.timeZone)}`

  if (briefing.error && !total)
    return (
      <div className={styles.page}>
        <ErrorState error={briefing.error} onRetry={briefing.refetch} />
      </div>
    )

  return (
    <FootnotesProvider>
      <article
        className={styles.page}
        aria-busy={sight !== 'none' && (!total || briefing.isOld)}
        data-stale={briefing.isOld}
      >
        <p className={styles.kicker}>{several ? city.name[language] : kicker()}</p>
        <h1 className={styles.headline}>
          {total && groups && comparable
            ? headlineText(headlineOf(total, groups, among), name, period.name)
            : name}
        </h1>
        <p className={styles.window}>
          {dates(period.now)}
          <span className={styles.soft}>
            {' · '}
            {comparable ? `${t('brief.before')} ${dates(period.lastYear)}` : t('brief.noLastYear')}
          </span>{' '}
          {briefing.isOld && <Updating />}
        </p>

        {sight === 'none' ? (
          <SightNote index={index} />
        ) : shownTotal && groups && months ? (
          <>
            {(sight !== 'whole' || onlyFamily) && (
              <div>
                <SightNote index={index} />
                {onlyFamily && (
                  <p className={styles.hint}>
                    {t('access.onlyFamily', { family: t(`access.families.${onlyFamily}`) })}
                  </p>
                )}
              </div>
            )}
            <Figures total={shownTotal} handling={handling} period={period} among={among} />

            <NumbersOf counted={t('number.of.months')} source="incidents" each={false}>
              <section>
                <h2 className={styles.heading}>
                  {t('brief.months')} <AboutNumbers />
                </h2>
                <MonthBars months={months} />
                <p className={styles.hint}>
                  {t('brief.monthsPartial', {
                    month: months[11].month,
                    day: wallClockAt(asOf, city.timeZone).date(),
                  })}
                </p>
              </section>
            </NumbersOf>

            <NumbersOf counted={t('number.kinds.all')} source="incidents" {...spans} each={false}>
              <section>
                <h2 className={styles.heading}>
                  {t('brief.kinds')} <AboutNumbers />
                </h2>
                <CountsTable
                  testId="kinds-table"
                  head={t('brief.kind')}
                  rows={groups.map((each) => ({
                    key: each.group,
                    name: groupName(each.group),
                    now: each.now,
                    before: before(each.before),
                  }))}
                  total={shownTotal}
                  among={{ row: among * groups.length, total: among }}
                />
              </section>

              {childTable()}
            </NumbersOf>
            {index === rootOf(areas) && sight === 'whole' && <CitedFacts divisionCode={city.divisionCode} />}
          </>
        ) : (
          <div className={styles.skeleton} role="status">
            {t('state.loading')}
          </div>
        )}

        <FootnoteList />
        <footer className={styles.notes}>
          <h2 className={styles.heading}>{t('brief.notes')}</h2>
          <p>
            {t('brief.noteVerdict', {
              single: formatZ(unusualFrom(1)),
              count: likeInside,
              limit: formatZ(unusualFrom(likeInside)),
            })}
          </p>
          <p>
            {t('brief.noteClosed')} {t('brief.noteArrival')} {t('brief.noteDisputes')}
          </p>
          <p className={styles.colophon}>
            <span>{t('brief.footer', { time: formatInstant(asOf, city.timeZone, language) })}</span>
            <span>{t('bar.version', { version })}</span>
            {city.synthetic && <b>{t('bar.synthetic')}</b>}
            {lines?.map(([name, words]) => (
              <span key={name}>
                {name} {words}
              </span>
            ))}
            {city.sources.map((source) => (
              <span key={source.name}>{source.attribution}</span>
            ))}
          </p>
        </footer>
      </article>
    </FootnotesProvider>
  )

  function kicker() {
    if (index < 0) return city.divisionCode ?? city.code
    const km2 = areas.areaKm2[index]
    const people = areas.population[index]
    return (
      <NumbersOf counted={t('number.of.ground')} source="map">
        {levelNameOf(areas, index, language)} · {areas.code[index]}
        {/* An import without population knows none: 0 would be a statement. */}
        {areas.population[0] > 0 && (
          <>
            {' · '}
            <Count value={people} /> {t('unit.people')}
          </>
        )}
        {' · '}
        {km2 < 0.1 ? (
          <>
            <Count value={km2 * 1e6} marked /> {t('unit.metres')}²
          </>
        ) : (
          <>
            <Measure value={km2} marked /> {t('unit.km2')}
          </>
        )}
        {inside.length > 0 &&
          ` · ${t('brief.inside', { count: inside.length, level: levelNameOf(areas, inside[0], language) })}`}
      </NumbersOf>
    )
  }

  function childTable() {
    if (inside.length === 0) return <p className={styles.soft}>{t('brief.finest')}</p>
    if (!briefing.children || !total || !shownTotal) return null
    const level = levelNameOf(areas, inside[0], language)
    const counts = childCounts(areas, briefing.children, total, wide === index ? inside.length : MOST_ROWS)
    const rows: CountRow[] = counts.shown.map((child) => ({
      key: child.areaId,
      name: nameOf(areas, child.index, language),
      now: child.now,
      before: before(child.before),
      onOpen: () => onOpen(child.areaId),
    }))
    if (counts.others) {
      const { areas: count, now, before: earlier } = counts.others
      rows.push({
        key: 'others',
        name: t('brief.more', { count }),
        now,
        before: before(earlier),
        onOpen: () => setWide(index),
      })
    }
    if (counts.outside) {
      const { now, before: earlier } = counts.outside
      rows.push({ key: 'outside', name: t('brief.outside', { level }), now, before: before(earlier) })
    }
    return (
      <section>
        <h2 className={styles.heading}>
          {t('brief.children', { level })} <AboutNumbers />
        </h2>
        <p className={styles.screenHint}>{t('brief.childrenHint')}</p>
        <CountsTable
          testId="children-table"
          head={level}
          rows={rows}
          total={shownTotal}
          among={{ row: likeInside, total: among }}
        />
      </section>
    )
  }
}
