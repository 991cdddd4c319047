/** The published figures and the targets the demo city must reproduce: typed readers of geodata/facts/*.json (Node only). */
import { readFileSync } from 'node:fs'

export interface Fact {
  id: string
  place: string
  placeCode: string | null
  /** ISO dates or null; `asPrinted` is the source's own wording, '' where it gives none. */
  period: { from: string | null; to: string | null; asPrinted: string }
  theme: string
  label: { zh: string; en: string }
  /** In the printed unit; null where only parts are printed. */
  value: number | null
  unit: string
  numerator: number | null
  denominator: number | null
  exactness: 'exact' | 'at-least' | 'at-most' | 'approximate'
  breakdown: Record<string, number> | null
  check: { recomputed: number | null; note: string } | null
  source: { file: string; title: string; publisher: string | null; date: string | null }
  geography: string
}

export interface CalibrationItem {
  fact: string
  group: string
  target: number
  unit: string
  tolerance: 'exact' | 'at-least'
  measure: string
  boundaryVersion: string | null
  /** Decimals to round to before comparing; null compares as is. */
  roundTo: number | null
  breakdown: Record<string, number> | null
  /** Invented counts that meet a printed percentage; never shown as published. */
  feasiblePair: { before: number; after: number } | null
}

export interface Calibration {
  items: CalibrationItem[]
  identities: { name: string; rule: string; facts: string[] }[]
  notCalibrated: { fact: string; reason: string }[]
}

interface RawFact {
  id: string
  place: string
  place_code: string | null
  period: { from: string | null; to: string | null; as_printed: string }
  theme: string
  label_zh: string
  label_en: string
  value: number | null
  unit_zh: string
  numerator: number | null
  denominator: number | null
  exactness: Fact['exactness']
  breakdown?: Record<string, number>
  check?: { recomputed: number | null; note: string }
  source: Fact['source']
  geography: string
}

interface RawCalibration {
  items: {
    fact: string
    group: string
    target: number
    unit_zh: string
    tolerance: CalibrationItem['tolerance']
    measure: string
    boundary_version?: string
    round_to?: number
    breakdown?: Record<string, number>
    feasible_pair?: { before: number; after: number }
  }[]
  identities: { name: string; rule: string; facts: string[] }[]
  not_calibrated: { fact: string; reason: string }[]
}

const read = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`./facts/${file}`, import.meta.url), 'utf8'))

/** All published figures, in the order of the file. */
export function readFacts(): Fact[] {
  return (read('facts.json') as RawFact[]).map((raw) => ({
    id: raw.id,
    place: raw.place,
    placeCode: raw.place_code,
    period: { from: raw.period.from, to: raw.period.to, asPrinted: raw.period.as_printed },
    theme: raw.theme,
    label: { zh: raw.label_zh, en: raw.label_en },
    value: raw.value,
    unit: raw.unit_zh,
    numerator: raw.numerator,
    denominator: raw.denominator,
    exactness: raw.exactness,
    breakdown: raw.breakdown ?? null,
    check: raw.check ?? null,
    source: raw.source,
    geography: raw.geography,
  }))
}

/** What the demo city must reproduce. */
export function readCalibration(): Calibration {
  const raw = read('calibration.json') as RawCalibration
  return {
    items: raw.items.map((item) => ({
      fact: item.fact,
      group: item.group,
      target: item.target,
      unit: item.unit_zh,
      tolerance: item.tolerance,
      measure: item.measure,
      boundaryVersion: item.boundary_version ?? null,
      roundTo: item.round_to ?? null,
      breakdown: item.breakdown ?? null,
      feasiblePair: item.feasible_pair ?? null,
    })),
    identities: raw.identities,
    notCalibrated: raw.not_calibrated,
  }
}
