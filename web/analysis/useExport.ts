import { useTranslation } from 'react-i18next'
import { useCity } from '../hooks/useCity.ts'
import { useExportNote } from '../hooks/useExportNote.ts'
import { useLanguage } from '../hooks/useView.ts'
import { groupName } from '../panels/KindFilter.tsx'
import { nameOf } from '../state/areaTree.ts'
import { formatDate, formatInstant } from '../state/zonedTime.ts'
import { formatSpan } from '../ui/Provenance.tsx'
import { kindsSheet, seriesSheet, weekSheet } from './exportCharts.ts'
import type { ExportSheet } from './exportSheet.ts'
import { type ExportWords, tableSheet } from './exportTable.ts'
import { hoursText } from './hoursText.ts'
import type { useAllKinds } from './KindsSection.tsx'
import { disputeBars, kindBars } from './kindBars.ts'
import { bucketText, weekdayName } from './seriesText.ts'
import type { ColumnId, TableLine } from './tableColumns.tsx'
import type { TableTotals } from './tableTotals.ts'
import type { Analysis } from './useAnalysis.ts'
import type { SeriesAnswers } from './useSeriesAnswers.ts'

interface Exported {
  analysis: Analysis
  series: SeriesAnswers
  kinds: ReturnType<typeof useAllKinds>
  totals: TableTotals | null
  shown: readonly ColumnId[]
  among: number
  /** The same of the area the totals are of. */
  totalAmong: number
  levelName: string
}

/** What the files hold, from the same answers the screen shows. */
export function useExport({
  analysis,
  series,
  kinds,
  totals,
  shown,
  among,
  totalAmong,
  levelName,
}: Exported) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: city } = useCity()
  const { window, compare, bundle, shownIndex, scope, hours, disputes, tokens } = analysis

  const words = (): ExportWords => {
    const column = (name: Exclude<keyof ExportWords, 'verdicts' | 'totalOf'>) =>
      t(`analysis.export.column.${name}`)
    return {
      name: column('name'),
      code: column('code'),
      count: column('count'),
      before: column('before'),
      z: column('z'),
      verdict: column('verdict'),
      areaKm2: column('areaKm2'),
      perKm2: column('perKm2'),
      population: column('population'),
      per1000: column('per1000'),
      closedPart: column('closedPart'),
      closedWhole: column('closedWhole'),
      closedShare: column('closedShare'),
      closedLow: column('closedLow'),
      closedHigh: column('closedHigh'),
      handling: column('handling'),
      total: column('total'),
      totalOf: t('analysis.table.totalOf', { count: analysis.rows.length }),
      withheld: column('withheld'),
      smallBase: column('smallBase'),
      verdicts: {
        normal: t('number.change.normalShort'),
        more: t('number.change.moreShort'),
        fewer: t('number.change.fewerShort'),
        few: t('number.change.fewShort'),
      },
    }
  }
  const kindsText = () => {
    if (!tokens) return t('kinds.all')
    const known = analysis.kinds
    return tokens
      .map((token) => known.find((kind) => kind.code === token)?.name[language] ?? groupName(t, token))
      .join(language === 'zh' ? '、' : ', ')
  }
  const head = (where: number, kindsWords: string): ExportSheet['head'] => {
    if (!window || !city) return []
    const line = (
      name:
        | 'city'
        | 'area'
        | 'window'
        | 'compared'
        | 'kinds'
        | 'hours'
        | 'version'
        | 'source'
        | 'asOf'
        | 'synthetic',
    ) => t(`analysis.export.head.${name}`)
    const source = t(`number.sources.${disputes ? 'disputes' : 'incidents'}`)
    return [
      [line('city'), city.name[language]],
      [line('area'), bundle && where >= 0 ? nameOf(bundle, where, language) : t('bar.whole')],
      [line('window'), formatSpan(window.span, window.timeZone)],
      ...(compare ? ([[line('compared'), formatSpan(compare, window.timeZone)]] as const) : []),
      [line('kinds'), kindsWords],
      [line('hours'), hours ? hoursText(hours, language) : t('analysis.export.allHours')],
      [line('version'), t('number.versionOf', { version: bundle?.version ?? '' })],
      [line('source'), city.synthetic ? t('number.syntheticSource', { source }) : source],
      [line('asOf'), formatInstant(window.asOf, window.timeZone, language)],
      ...(city.synthetic ? ([[line('synthetic'), t('analysis.export.watermark')]] as const) : []),
    ]
  }

  /** @param lines of the table as sorted and filtered now. */
  const sheets = (lines: readonly TableLine[]): ExportSheet[] => {
    if (!window || !totals) return []
    const { timeZone } = window
    const all: ExportSheet[] = [
      tableSheet(
        { title: t('analysis.table.title', { level: levelName }), head: head(scope, kindsText()) },
        lines,
        totals,
        {
          shown,
          among,
          totalAmong,
          all: analysis.rows.length,
          compared: compare !== null,
          words: words(),
        },
      ),
    ]
    const line = series.series.data
    const column = words()
    if (line && !disputes) {
      const { bucket } = line
      all.push(
        seriesSheet(
          { title: t('analysis.series.title'), head: head(shownIndex, kindsText()) },
          {
            start: line.start.map((start) =>
              bucket === 'hourOfWeek' ? String(start) : bucketText(start, bucket, timeZone, language),
            ),
            now: line.count,
            before: line.compareCount,
          },
          { start: t('analysis.export.column.start'), count: column.count, before: column.before },
        ),
      )
    }
    const week = series.week.data
    if (week && !disputes)
      all.push(
        weekSheet(
          { title: t('analysis.week.title'), head: head(shownIndex, kindsText()) },
          {
            counts: week.count,
            days: [0, 1, 2, 3, 4, 5, 6].map((day) => weekdayName(day, language)),
            chosen: hours ? new Set(hours) : null,
          },
          {
            day: t('analysis.export.column.day'),
            hour: t('analysis.export.column.hour'),
            count: column.count,
            chosen: t('analysis.export.column.chosen'),
            yes: t('analysis.export.yes'),
            no: t('analysis.export.no'),
          },
        ),
      )
    if (kinds.data)
      all.push(
        kindsSheet(
          {
            title: t('analysis.kinds.title'),
            head: head(shownIndex, disputes ? kindsText() : t('kinds.all')),
          },
          (disputes ? disputeBars : kindBars)(analysis.kinds, kinds.data, tokens).map((bar) => ({
            group: groupName(t, bar.group),
            kind: bar.kind?.name[language] ?? null,
            now: bar.now ?? column.withheld,
            before: bar.before,
          })),
          {
            group: t('analysis.export.column.group'),
            kind: t('analysis.export.column.kind'),
            count: column.count,
            before: column.before,
          },
        ),
      )
    return all
  }
  const { note } = useExportNote()
  const register = (what: string, rows: number) =>
    note({
      what,
      rows,
      areaId: bundle && scope >= 0 ? bundle.id[scope] : undefined,
      filter: {
        level: analysis.level,
        version: bundle?.version ?? null,
        from: analysis.answered ? new Date(analysis.answered.from).toISOString() : null,
        to: analysis.answered ? new Date(analysis.answered.to).toISOString() : null,
        kinds: tokens ? [...tokens] : null,
        hours: hours ? hoursText(hours, 'en') : null,
      },
    })
  return {
    sheets,
    register,
    /** True until every number of the files answers the question the screen asks now. */
    waiting:
      analysis.stale ||
      totals === null ||
      [series.series, series.week, kinds].some((query) => query.isPlaceholderData || query.isFetching),
    name: {
      city: city?.code ?? '',
      level: analysis.level ?? '',
      from: window ? formatDate(window.span.from, window.timeZone) : '',
      to: window ? formatDate(window.span.to - 1, window.timeZone) : '',
    },
  }
}
