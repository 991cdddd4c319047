import type { AreaBundle } from '../../geodata/areaBundle.ts'
import type { Language, MapPlace } from './scene.ts'

/** A name that may be written on the map. */
export interface LabelCandidate {
  text: string
  lng: number
  lat: number
  /** Font size, CSS pixels. */
  size: number
  bold: boolean
  /** Width of what it names, metres; the text must fit in `fit` times that. 0: always fits. */
  widthM: number
  fit: number
  /** CSS pixels the text stands below its point. */
  below: number
  soft: boolean
}

export interface PlacedLabel {
  candidate: LabelCandidate
  /** Size of the text, CSS pixels. */
  width: number
  height: number
}

interface LevelStyle {
  size: number
  bold: boolean
  fit: number
  soft: boolean
}

const levelStyles: Readonly<Record<string, LevelStyle>> = {
  district: { size: 16, bold: true, fit: 2, soft: false },
  squad: { size: 15, bold: true, fit: 2, soft: false },
  township: { size: 15, bold: true, fit: 2, soft: false },
  village: { size: 13, bold: true, fit: 1, soft: false },
  grid: { size: 12, bold: false, fit: 0.9, soft: true },
  microGrid: { size: 11, bold: false, fit: 0.6, soft: true },
}
const otherLevel: LevelStyle = { size: 13, bold: true, fit: 1.2, soft: false }

/**
 * Names of the areas of the given levels in the order in which they may take room: coarse before fine, large before
 * small. Fine cells are called by the part of their name that the parent's does not say already.
 * @param levels indices of levels, most important first.
 */
export function areaLabels(
  bundle: AreaBundle,
  levels: readonly number[],
  language: Language,
): LabelCandidate[] {
  const names = language === 'zh' ? bundle.nameZh : bundle.nameEn
  const candidates: LabelCandidate[] = []
  for (const level of levels) {
    const { level: name, rank } = bundle.levels[level]
    if (rank === 0) continue
    const style = levelStyles[name] ?? otherLevel
    const areas: number[] = []
    for (let i = 0; i < bundle.count; i++) if (bundle.level[i] === level) areas.push(i)
    areas.sort((a, b) => bundle.areaKm2[b] - bundle.areaKm2[a])
    for (const area of areas) {
      candidates.push({
        text: style.soft ? shortName(names[area], names[bundle.parent[area]]) : names[area],
        lng: bundle.labelPoint[2 * area],
        lat: bundle.labelPoint[2 * area + 1],
        size: style.size,
        bold: style.bold,
        widthM: 1000 * Math.sqrt(bundle.areaKm2[area]),
        fit: style.fit,
        below: 0,
        soft: style.soft,
      })
    }
  }
  return candidates
}

function shortName(name: string, parent: string | undefined): string {
  if (!parent || !name.startsWith(parent)) return name
  return name.slice(parent.length).trim() || name
}

/** Names of places, written below their symbols. */
export function placeLabels(places: readonly MapPlace[], language: Language): LabelCandidate[] {
  return places.map(({ name, point: [lng, lat] }) => ({
    text: name[language],
    lng,
    lat,
    size: 12,
    bold: false,
    widthM: 0,
    fit: 0,
    below: 15,
    soft: false,
  }))
}

/** Labels drawn at most: more is noise. */
const mostLabels = 140
const gap = 5

/**
 * Takes candidates in order and keeps each whose box is free.
 * @param project CSS pixels of a position. @param measure width of a text in CSS pixels.
 */
export function placeWithoutOverlap(
  candidates: readonly LabelCandidate[],
  view: { width: number; height: number; metresPerPixel: number },
  bounds: readonly [number, number, number, number],
  project: (lng: number, lat: number) => { x: number; y: number },
  measure: (candidate: LabelCandidate) => number,
): PlacedLabel[] {
  const placed: PlacedLabel[] = []
  const boxes: [number, number, number, number][] = []
  for (const candidate of candidates) {
    if (placed.length >= mostLabels) break
    const { lng, lat } = candidate
    if (lng < bounds[0] || lat < bounds[1] || lng > bounds[2] || lat > bounds[3]) continue
    const room = (candidate.widthM / view.metresPerPixel) * candidate.fit
    // Even one letter would not fit: no need to measure.
    if (candidate.widthM > 0 && room < candidate.size) continue
    const width = measure(candidate)
    if (candidate.widthM > 0 && room < width) continue
    const { x, y } = project(lng, lat)
    const height = candidate.size * 1.25
    const top = y + candidate.below - height / 2
    const box: [number, number, number, number] = [
      x - width / 2 - gap,
      top - gap / 2,
      x + width / 2 + gap,
      top + height + gap / 2,
    ]
    if (
      boxes.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])
    )
      continue
    boxes.push(box)
    placed.push({ candidate, width, height })
  }
  return placed
}
