/** The data of the charts as sheets. */
import { hoursPerDay } from '../state/weekHours.ts'
import type { ExportCell, ExportSheet } from './exportSheet.ts'

type About = Pick<ExportSheet, 'title' | 'head'>

/** @param start words for the beginning of each bar. */
export function seriesSheet(
  about: About,
  data: { start: readonly string[]; now: readonly number[]; before?: readonly (number | null)[] },
  words: { start: string; count: string; before: string },
): ExportSheet {
  const { start, now, before } = data
  return {
    id: 'series',
    ...about,
    columns: [words.start, words.count, ...(before ? [words.before] : [])],
    rows: start.map((text, at) => [text, now[at], ...(before ? [before[at]] : [])]),
  }
}

/** @param counts 168, hour 0 = Monday 00–01. @param chosen the hours the view is filtered to; null = all. */
export function weekSheet(
  about: About,
  data: { counts: readonly number[]; days: readonly string[]; chosen: ReadonlySet<number> | null },
  words: { day: string; hour: string; count: string; chosen: string; yes: string; no: string },
): ExportSheet {
  const { counts, days, chosen } = data
  return {
    id: 'week',
    ...about,
    columns: [words.day, words.hour, words.count, ...(chosen ? [words.chosen] : [])],
    rows: counts.map((count, hour): ExportCell[] => [
      days[Math.floor(hour / hoursPerDay)],
      hour % hoursPerDay,
      count,
      ...(chosen ? [chosen.has(hour) ? words.yes : words.no] : []),
    ]),
  }
}

export function kindsSheet(
  about: About,
  bars: readonly { group: string; kind: string | null; now: ExportCell; before: ExportCell }[],
  words: { group: string; kind: string; count: string; before: string },
): ExportSheet {
  const compared = bars.some((bar) => bar.before !== null)
  return {
    id: 'kinds',
    ...about,
    columns: [words.group, words.kind, words.count, ...(compared ? [words.before] : [])],
    rows: bars.map((bar) => [bar.group, bar.kind, bar.now, ...(compared ? [bar.before] : [])]),
  }
}
