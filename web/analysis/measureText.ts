/** A number of a measure as text, with its unit elsewhere. */
import type { Language } from '../map/scene.ts'
import type { Measure } from '../state/measures.ts'
import { formatCount, formatMeasure, formatZ } from '../ui/numbers.ts'

/** True where the measure is counted in whole things. */
export function isWhole(measure: Measure): boolean {
  return measure === 'count'
}

/** 1,204 · 8.37 · 62 (per cent, minutes) · −1.9 (change, z) */
export function measureText(value: number, measure: Measure, language: Language): string {
  switch (measure) {
    case 'count':
      return formatCount(value, language)
    case 'perKm2':
    case 'per1000':
      return formatMeasure(value, language)
    case 'closed':
    case 'village':
      return formatMeasure(Number((100 * value).toFixed(1)), language)
    case 'handling':
      return formatMeasure(value, language)
    case 'change':
      return formatZ(value)
  }
}
