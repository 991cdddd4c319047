/** What the hotspot panel and its map layer show, from an answer of `aggregates.hotspots`. */
import type { HotspotClass } from '../../api/statistics/areaHotspots.ts'
import type { AreaBundle } from '../../geodata/areaBundle.ts'
import type { Language } from '../map/scene.ts'
import type { Outputs } from '../trpc.ts'

export const hotspotMethods = ['gi', 'moran', 'kde', 'nearRepeat'] as const
export type HotspotMethod = (typeof hotspotMethods)[number]
export type { HotspotClass }

type Answer = Outputs['aggregates']['hotspots']
export type AreaHotspotAnswer = Extract<Answer, { method: 'gi' | 'moran' }>
export type DensityAnswer = Extract<Answer, { method: 'kde' }>
export type NearRepeatAnswer = Extract<Answer, { method: 'nearRepeat' }>

export function hotspotMethod(text: string | undefined): HotspotMethod | undefined {
  return hotspotMethods.find((method) => method === text)
}

/** True for the methods that colour the map. */
export function coloursMap(method: HotspotMethod | undefined): boolean {
  return method !== undefined && method !== 'nearRepeat'
}

/** Classes in the order of the legend. */
export const legendClasses: Readonly<Record<'gi' | 'moran', readonly Exclude<HotspotClass, 'none'>[]>> = {
  gi: ['hot', 'cold'],
  moran: ['highHigh', 'highLow', 'lowHigh', 'lowLow'],
}

export interface HotspotRow {
  areaId: number
  class: HotspotClass
  count: number
  q: number
  /** null where the viewer does not see them. */
  patrolMinutes: number | null
  cameras: number | null
  lookedMore: boolean
}

/** Areas that differ from chance: hot before cold, then by q, the stronger of equal ones first. */
export function significantRows(answer: AreaHotspotAnswer): HotspotRow[] {
  const { areaId, count, z, q, class: classes, exposure } = answer
  const high = (index: number) => Number(['hot', 'highHigh', 'highLow'].includes(classes[index]))
  return areaId
    .map((_, index) => index)
    .filter((index) => classes[index] !== 'none')
    .sort(
      (a, b) =>
        high(b) - high(a) ||
        (q[a] ?? 1) - (q[b] ?? 1) ||
        Math.abs(z[b] ?? 0) - Math.abs(z[a] ?? 0) ||
        areaId[a] - areaId[b],
    )
    .map((index) => ({
      areaId: areaId[index],
      class: classes[index],
      count: count[index],
      q: q[index] ?? 1,
      patrolMinutes: exposure?.patrolMinutes?.[index] ?? null,
      cameras: exposure?.cameras?.[index] ?? null,
      lookedMore: exposure?.lookedMore[index] ?? false,
    }))
}

/** Parts of the highest density at which classes begin: the first few find it at all, the others tell its core apart. */
const densityParts = [0.02, 0.1, 0.25, 0.45, 0.65, 0.85]

/** Lower limits of the classes of a density, incidents per km², to two digits. Below the first is nothing. */
export function densityBreaks(most: number): number[] {
  return most > 0 ? densityParts.map((part) => Number((most * part).toPrecision(2))) : []
}

/** The band of a near-repeat table that stands out most: significant after correction, the highest ratio with five pairs or more. */
export function strongestBand(answer: NearRepeatAnswer): { distance: number; time: number } | null {
  const found = answer.q
    .flatMap((row, distance) => row.map((q, time) => ({ distance, time, q })))
    .filter(({ distance, time, q }) => {
      const ratio = answer.ratio[distance][time]
      return q <= answer.falseShare && ratio !== null && ratio > 1
    })
  const ratioOf = ({ distance, time }: { distance: number; time: number }) =>
    answer.ratio[distance][time] ?? 0
  const firm = found.filter(({ distance, time }) => answer.observed[distance][time] >= 5)
  return (firm.length > 0 ? firm : found).sort((a, b) => ratioOf(b) - ratioOf(a))[0] ?? null
}

/** Steps of a packed density, row by row from the south-west. */
export function densitySteps(base64: string): Uint16Array {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
  return new Uint16Array(bytes.buffer)
}

/** A level's name as a word within a sentence; empty where there is none. */
export function levelWord(bundle: AreaBundle | undefined, level: string | null, language: Language): string {
  const name = bundle?.levels.find((each) => each.level === level)?.name[language] ?? level ?? ''
  return language === 'en' ? name.toLowerCase() : name
}
