/** The table and the charts as sheets: the numbers are rounded as the screen rounds them, what it withholds is a word. */
import { compareCounts, type Verdict } from '../../api/statistics/comparison.ts'
import type { Share } from '../../api/statistics/share.ts'
import { formatPercent, roundedMeasure } from '../ui/numbers.ts'
import type { ExportCell, ExportSheet } from './exportSheet.ts'
import type { ColumnId, TableLine } from './tableColumns.tsx'
import type { TableTotals } from './tableTotals.ts'

/** The words a file needs, in the language of the screen. */
export interface ExportWords {
  name: string
  code: string
  count: string
  before: string
  z: string
  verdict: string
  areaKm2: string
  perKm2: string
  population: string
  per1000: string
  closedPart: string
  closedWhole: string
  closedShare: string
  closedLow: string
  closedHigh: string
  handling: string
  total: string
  /** The same where not all areas are listed. */
  totalOf: string
  /** Where a number is withheld. */
  withheld: string
  /** Where a base is too small for a percentage or a rate. */
  smallBase: string
  verdicts: Record<Verdict, string>
}

interface TableExport {
  /** Columns of the screen. */
  shown: readonly ColumnId[]
  /** Comparisons read together: of the lines, and of the area the totals are of. */
  among: number
  totalAmong: number
  /** Whether last year's counts were asked for. */
  compared: boolean
  /** How many areas the totals are of. */
  all: number
  words: ExportWords
}

type Column = readonly [
  title: string,
  cell: (line: TableLine) => ExportCell,
  total: (totals: TableTotals) => ExportCell,
]

const tenths = (value: number) => Number(value.toFixed(1))

/** @param lines as sorted and filtered on screen. */
export function tableSheet(
  { title, head }: Pick<ExportSheet, 'title' | 'head'>,
  lines: readonly TableLine[],
  totals: TableTotals,
  { shown, among, totalAmong, compared, all, words }: TableExport,
): ExportSheet {
  const number = (value: number | null, otherwise: ExportCell = null): ExportCell => value ?? otherwise
  const measure = (value: number | null): ExportCell =>
    value === null ? words.smallBase : roundedMeasure(value)
  const share = (of: Share | null): ExportCell[] =>
    of === null
      ? [null, null, null, null, null]
      : [
          of.part,
          of.whole,
          of.fraction === null ? words.smallBase : percent(of),
          of.interval && tenths(100 * of.interval.low),
          of.interval && tenths(100 * of.interval.high),
        ]
  /** Nothing of a withheld area is a number. */
  const open = (cell: (line: TableLine) => ExportCell) => (line: TableLine) =>
    line.suppressed ? words.withheld : cell(line)
  const compare = (now: number | null, before: number | null, of: number) =>
    now === null || before === null ? null : compareCounts(now, before, of)
  const has = (id: ColumnId) => shown.includes(id)
  const columns: Column[] = [
    [words.name, (line) => line.name, () => (lines.length === all ? words.total : words.totalOf)],
    [words.code, (line) => line.code, () => null],
    [words.count, open((line) => line.count), (all) => number(all.count, words.withheld)],
  ]
  if (compared)
    columns.push(
      [
        words.before,
        open((line) => number(line.before, words.withheld)),
        (all) => number(all.before, words.withheld),
      ],
      [
        words.z,
        open((line) => z(compare(line.count, line.before, among))),
        (all) => z(compare(all.count, all.before, totalAmong)),
      ],
      [
        words.verdict,
        open((line) => verdict(compare(line.count, line.before, among))),
        (all) => verdict(compare(all.count, all.before, totalAmong)),
      ],
    )
  columns.push(
    [words.areaKm2, (line) => roundedMeasure(line.areaKm2), () => null],
    [
      words.perKm2,
      open((line) => measure(line.perKm2)),
      (all) => number(all.perKm2 === null ? null : roundedMeasure(all.perKm2)),
    ],
  )
  if (has('per1000'))
    columns.push(
      [words.population, (line) => line.population, () => null],
      [
        words.per1000,
        open((line) => measure(line.per1000)),
        (all) => number(all.per1000 === null ? null : roundedMeasure(all.per1000)),
      ],
    )
  if (has('closed'))
    for (const [at, name] of [
      words.closedPart,
      words.closedWhole,
      words.closedShare,
      words.closedLow,
      words.closedHigh,
    ].entries())
      columns.push([name, open((line) => share(line.closed)[at]), (all) => share(all.closed)[at]])
  if (has('handling'))
    columns.push([
      words.handling,
      open((line) => (line.handlingMin === null ? null : tenths(line.handlingMin))),
      () => null,
    ])
  return {
    id: 'table',
    title,
    head,
    columns: columns.map(([name]) => name),
    rows: [
      ...lines.map((line) => columns.map(([, cell]) => cell(line))),
      columns.map(([, , total]) => total(totals)),
    ],
  }

  function z(comparison: ReturnType<typeof compare>): ExportCell {
    return comparison === null ? null : tenths(comparison.z)
  }
  function verdict(comparison: ReturnType<typeof compare>): ExportCell {
    return comparison === null ? null : words.verdicts[comparison.verdict]
  }
}

/** Per cent as on screen; where rounding would say all or none of what is not, the screen's own words: "> 99 %". */
function percent({ fraction, whole }: Share): ExportCell {
  if (fraction === null) return null
  const written = formatPercent(fraction, whole).replace('\u00a0', ' ')
  return /^\d/.test(written) ? Number.parseFloat(written) : written
}
