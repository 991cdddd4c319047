import { HeatmapLayer } from '@deck.gl/aggregation-layers'
import { stepsPerDegree } from '../../geodata/topology.ts'
import { alertColors, cssColor, rampColors } from '../map/colors.ts'
import type { Atlas } from '../map/gl/Atlas.ts'
import { SpriteBuilder, SpriteLayer } from '../map/gl/SpriteLayer.ts'
import type { Sprites } from '../map/gl/SpriteWriter.ts'
import {
  type IncidentPoints,
  type KindGroup,
  kindGroups,
  type LegendEntry,
  type Theme,
} from '../map/scene.ts'
import { incidentSymbol, symbolUrl } from '../map/symbols.ts'

const groupNames: Readonly<Record<KindGroup, { zh: string; en: string }>> = {
  criminal: { zh: '刑事', en: 'Criminal' },
  publicOrder: { zh: '治安', en: 'Public order' },
  traffic: { zh: '交通', en: 'Traffic' },
  fire: { zh: '火灾', en: 'Fire' },
  help: { zh: '求助', en: 'Help' },
  complaint: { zh: '投诉', en: 'Complaint' },
  hazard: { zh: '隐患', en: 'Hazard' },
  other: { zh: '其他', en: 'Other' },
}

const levelNames = [
  { zh: '红色（特别重大）', en: 'Red' },
  { zh: '橙色（重大）', en: 'Orange' },
  { zh: '黄色（较大）', en: 'Yellow' },
  { zh: '蓝色（一般）', en: 'Blue' },
]

/** Which of the points are of these incidents, by their place in the columns. */
export function placesOfIncidents(points: IncidentPoints, ids: ReadonlySet<number>): readonly number[] {
  const places: number[] = []
  if (ids.size > 0) for (let i = 0; i < points.id.length; i++) if (ids.has(points.id[i])) places.push(i)
  return places
}

/** The points without some. @param places as `placesOfIncidents` says, ascending. */
export function withoutPlaces(points: IncidentPoints, places: readonly number[]): IncidentPoints {
  if (places.length === 0) return points
  const left = new Set(places)
  const kept = (column: ArrayLike<number>) => Array.from(column).filter((_, i) => !left.has(i))
  return {
    ...points,
    id: kept(points.id),
    lng: kept(points.lng),
    lat: kept(points.lat),
    kindIndex: kept(points.kindIndex),
    level: kept(points.level),
  }
}

/** One picture an incident; less urgent ones lie below. */
export function incidentSprites(points: IncidentPoints, atlas: Atlas, theme: Theme): Sprites {
  const count = points.id.length
  const builder = new SpriteBuilder(
    count === 0 ? 0 : points.lng[0] / stepsPerDegree,
    count === 0 ? 0 : points.lat[0] / stepsPerDegree,
  )
  const order = Array.from({ length: count }, (_, i) => i).sort(
    (a, b) => points.level[b] - points.level[a] || a - b,
  )
  for (const i of order) {
    const entry = incidentSymbol(
      atlas,
      points.kindGroups[points.kindIndex[i]] ?? 'other',
      points.level[i],
      theme,
    )
    if (entry) builder.add(points.lng[i] / stepsPerDegree, points.lat[i] / stepsPerDegree, entry)
  }
  return builder.finish()
}

/** Symbols shrink where many stand close. @param zoom rounded by the caller. */
export function incidentScale(zoom: number): number {
  return Math.min(1.1, Math.max(0.45, 0.45 + (zoom - 11) * 0.13))
}

export function incidentsLayer(
  sprites: Sprites,
  atlas: Atlas,
  sizeScale: number,
  opacity: number,
): SpriteLayer {
  return new SpriteLayer({ id: 'incidents', sprites, atlas, atlasVersion: atlas.version, sizeScale, opacity })
}

/** Positions of incidents as deck.gl takes them without touching a row. */
export function incidentPositions(points: IncidentPoints): {
  length: number
  attributes: { getPosition: { value: Float64Array; size: 2 } }
} {
  const count = points.id.length
  const value = new Float64Array(2 * count)
  for (let i = 0; i < count; i++) {
    value[2 * i] = points.lng[i] / stepsPerDegree
    value[2 * i + 1] = points.lat[i] / stepsPerDegree
  }
  return { length: count, attributes: { getPosition: { value, size: 2 } } }
}

export function heatmapLayer(
  data: ReturnType<typeof incidentPositions>,
  theme: Theme,
  opacity: number,
): HeatmapLayer {
  return new HeatmapLayer({
    id: 'heatmap',
    data,
    opacity,
    radiusPixels: 28,
    weightsTextureSize: 512,
    colorRange: rampColors('sequential', 6, theme).map(([red, green, blue]): [number, number, number] => [
      red,
      green,
      blue,
    ]),
    pickable: false,
  })
}

export function incidentsLegend(atlas: Atlas, theme: Theme): LegendEntry {
  const icon = (group: KindGroup, level: number) => {
    const entry = incidentSymbol(atlas, group, level, theme)
    return entry ? symbolUrl(atlas, entry) : undefined
  }
  return {
    layer: 'incidents',
    title: { zh: '事件', en: 'Incidents' },
    items: [
      ...kindGroups.map((group) => ({
        label: groupNames[group],
        color: cssColor(alertColors[0]),
        mark: 'icon' as const,
        icon: icon(group, 0),
      })),
      ...levelNames.map((label, i) => ({
        label,
        color: cssColor(alertColors[i + 1]),
        mark: 'icon' as const,
        icon: icon('publicOrder', i + 1),
        width: incidentSymbol(atlas, 'publicOrder', i + 1, theme)?.width,
      })),
    ],
  }
}
