import { Button, Skeleton } from 'antd'
import { useEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { useAreaValues } from '../hooks/useAreaValues.ts'
import { useCity } from '../hooks/useCity.ts'
import { useClassFilter } from '../hooks/useClassFilter.ts'
import { useCounted } from '../hooks/useCounted.ts'
import { useJurisdiction } from '../hooks/useJurisdiction.ts'
import { useLanguage } from '../hooks/useView.ts'
import { classOf } from '../map/colors.ts'
import { AreaDisputes } from '../panels/AreaDisputes.tsx'
import { DataStartNote } from '../panels/DataStartNote.tsx'
import { SightNote, useSight } from '../panels/SightNote.tsx'
import { nameOf, rootOf } from '../state/areaTree.ts'
import { homeOf } from '../state/jurisdiction.ts'
import { classRangeText } from '../state/legendClasses.ts'
import { areasLike } from '../state/likeness.ts'
import { measured } from '../state/measures.ts'
import { AsOf } from '../ui/AsOf.tsx'
import { DisputePeriods } from '../ui/DisputePeriods.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { errorText } from '../ui/errorText.ts'
import { Panel, Section } from '../ui/Panel.tsx'
import { NumbersOf } from '../ui/Provenance.tsx'
import { AboutNumbers } from '../ui/Told.tsx'
import { AreaTable } from './AreaTable.tsx'
import styles from './drawer.module.css'
import { ExportMenu } from './ExportMenu.tsx'
import { FilterChips } from './FilterChips.tsx'
import { Headline } from './Headline.tsx'
import { KindsSection, useAllKinds } from './KindsSection.tsx'
import { isWhole, measureText } from './measureText.ts'
import { SeriesSection } from './SeriesSection.tsx'
import { TopAreas } from './TopAreas.tsx'
import { columnIds, type TableLine } from './tableColumns.tsx'
import { tableTotals } from './tableTotals.ts'
import { useAnalysis } from './useAnalysis.ts'
import { useExport } from './useExport.ts'
import { usePart } from './usePart.ts'
import { useSeriesAnswers } from './useSeriesAnswers.ts'
import { WeekSection } from './WeekSection.tsx'

interface AnalysisDrawerProps {
  level: string | null
  /** The numbers of the map: its classes are the ones the table is filtered to. */
  area: ReturnType<typeof useAreaValues>
  onClose: () => void
}

/** Linked charts and the table of all areas: what is chosen in one filters the others, the map included. */
export default function AnalysisDrawer({ level, area, onClose }: AnalysisDrawerProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: city } = useCity()
  const analysis = useAnalysis(level)
  const series = useSeriesAnswers(analysis)
  const kinds = useAllKinds(analysis)
  const part = usePart(analysis, series.bucket)
  const [inClass] = useClassFilter()
  const { bundle, rows, answer, table, scope, shownIndex } = analysis
  const levelName = bundle?.levels.find((each) => each.level === level)?.name[language] ?? ''
  const values = level ? area.values[level] : undefined
  const { measure } = area

  // The panels below leave the drawer its room.
  useEffect(() => {
    const root = document.documentElement
    root.style.setProperty('--right-panel', 'calc(min(720px, 50vw / var(--scale)) + 32px)')
    return () => {
      root.style.removeProperty('--right-panel')
    }
  }, [])

  const counted = useCounted()
  const lines = useMemo<TableLine[]>(() => {
    if (!bundle) return []
    const all = rows.map((row) => ({
      ...row,
      name: row.partial
        ? t('access.jurisdiction.partOf', { area: nameOf(bundle, row.index, language) })
        : nameOf(bundle, row.index, language),
      code: bundle.code[row.index],
    }))
    if (inClass === null || !values) return all
    return all.filter((line) => {
      const value = measured(line, measure)
      return value !== null && classOf(value, values.breaks) === inClass
    })
  }, [bundle, rows, language, inClass, values, measure, t])
  const shown = useMemo(
    () =>
      columnIds.filter(
        (id) =>
          (id !== 'closed' || rows.some((row) => row.closed !== null)) &&
          (id !== 'handling' || rows.some((row) => row.handlingMin !== null)) &&
          (id !== 'per1000' || rows.some((row) => row.population > 0)),
      ),
    [rows],
  )
  const among = bundle ? bundle.level.filter((each) => bundle.levels[each].level === level).length : 1
  const classText = (index: number) =>
    values
      ? `${t(`analysis.measure.${measure}`)} ${classRangeText(values.breaks, index, isWhole(measure), (value) => measureText(value, measure, language))}`
      : String(index + 1)
  const jurisdiction = useJurisdiction()
  const sight = useSight(shownIndex)
  const several = bundle && jurisdiction && shownIndex === rootOf(bundle)
  const where = several
    ? t('access.jurisdiction.many', { count: jurisdiction.areas.length })
    : bundle && shownIndex >= 0
      ? nameOf(bundle, shownIndex, language)
      : t('bar.whole')

  const home = bundle ? homeOf(bundle, jurisdiction) : -1
  const likeTotal = bundle ? areasLike(bundle, scope >= 0 ? scope : home) : 1
  const totals = answer ? tableTotals(rows, answer.totals) : null
  const exported = useExport({
    analysis,
    series,
    kinds,
    totals,
    shown,
    among,
    totalAmong: likeTotal,
    levelName,
  })

  return (
    <Panel className={styles.drawer} label={t('analysis.title')}>
      <header className={styles.head}>
        <h2 title={t('analysis.title')}>{where}</h2>
        {sight !== 'none' && (
          <Headline
            analysis={analysis}
            among={bundle && shownIndex >= 0 ? areasLike(bundle, shownIndex) : 1}
          />
        )}
        <Button
          type="text"
          className={styles.close}
          onClick={onClose}
          aria-label={t('analysis.close')}
          title={t('analysis.close')}
        >
          ✕
        </Button>
      </header>
      <div className={styles.body}>
        <FilterChips analysis={analysis} classText={classText} />
        <SightNote index={shownIndex} />
        <DataStartNote />
        {sight !== 'none' && (
          <NumbersOf {...counted} span={analysis.answered} compare={analysis.answeredCompare} each={false}>
            {analysis.disputes ? (
              <>
                <AreaDisputes
                  areaId={bundle && shownIndex === rootOf(bundle) ? undefined : analysis.areaId}
                />
                <p className={styles.note}>{t('analysis.series.disputes')}</p>
              </>
            ) : (
              <div className={styles.pair}>
                <SeriesSection analysis={analysis} series={series} part={part.series} />
                <TopAreas analysis={analysis} part={part} />
              </div>
            )}
            <div className={styles.pair} data-alone={analysis.disputes}>
              {!analysis.disputes && <WeekSection analysis={analysis} series={series} part={part.week} />}
              <KindsSection analysis={analysis} answer={kinds} part={part.kinds} />
            </div>
            <Section
              title={
                scope >= 0 && bundle
                  ? t('analysis.table.titleIn', { level: levelName, area: nameOf(bundle, scope, language) })
                  : t('analysis.table.title', { level: levelName })
              }
              aside={
                <span>
                  {city && <AsOf instant={Date.parse(city.asOf)} timeZone={city.timeZone} />} <AboutNumbers />
                </span>
              }
              stale={analysis.stale}
            >
              {analysis.tooShort ? (
                <DisputePeriods periods={analysis.periods} />
              ) : table.isError ? (
                analysis.disputes ? (
                  <EmptyState>{errorText(table.error, t)}</EmptyState>
                ) : (
                  <ErrorState error={table.error} inPlace onRetry={() => void table.refetch()} />
                )
              ) : !totals ? (
                <Skeleton active title={false} paragraph={{ rows: 6 }} />
              ) : (
                <AreaTable
                  lines={lines}
                  part={part.areas}
                  all={rows.length}
                  totals={totals}
                  shown={shown}
                  among={among}
                  totalAmong={likeTotal}
                  levelName={levelName}
                  hidden={answer?.totals.hidden}
                  aside={(ordered) => (
                    <ExportMenu
                      sheets={() => exported.sheets(ordered())}
                      name={exported.name}
                      register={exported.register}
                      waiting={exported.waiting}
                    />
                  )}
                />
              )}
            </Section>
          </NumbersOf>
        )}
      </div>
    </Panel>
  )
}
