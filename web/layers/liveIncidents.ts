import { alertColors, cssColor, mapColors } from '../map/colors.ts'
import type { Atlas, AtlasEntry } from '../map/gl/Atlas.ts'
import { SpriteLayer } from '../map/gl/SpriteLayer.ts'
import { type Sprites, SpriteWriter } from '../map/gl/SpriteWriter.ts'
import type { DrawnIncident, IncidentStage } from '../map/livePicture.ts'
import type { KindGroup, LegendEntry, Theme } from '../map/scene.ts'
import { liveIncidentSymbol, markText, symbolUrl } from '../map/symbols.ts'

/** Names of the stages, beside their marks in the legend. */
const stageNames: Readonly<Record<Exclude<IncidentStage, 'recorded'>, { zh: string; en: string }>> = {
  new: { zh: '新接报', en: 'New' },
  dispatched: { zh: '已派出', en: 'Dispatched' },
  onScene: { zh: '到场处置', en: 'On scene' },
  closed: { zh: '已办结', en: 'Closed' },
}

/** Ages are written from this zoom on. */
export const agesFromZoom = 14.5
/** Of more incidents than this no age is written: nobody could read them. */
export const mostAges = 400

/** `7′` up to two hours, then `3h`, then `2d`: read at a glance in any language. @param minutes whole */
export function ageMark(minutes: number): string {
  if (minutes < 120) return `${minutes}′`
  return minutes < 2880 ? `${Math.floor(minutes / 60)}h` : `${Math.floor(minutes / 1440)}d`
}

/** Side of a mark at its full size, CSS pixels. */
const markSide = 30
/** Marks of a crowd stand this many of their sides apart at least: side by side they would be a carpet nobody can read. */
const crowdSpacing = 1.5

/** Side of the square in which of a crowd one mark is drawn, CSS pixels. @param scale of the marks. */
export function crowdSide(scale: number): number {
  return crowdSpacing * markSide * scale
}

/**
 * Without those that crowd another: of all in one square the gravest, of these the newest. A few hundred marks are drawn
 * as they are. @param side of a square, world units.
 */
export function uncovered(incidents: readonly DrawnIncident[], side: number): readonly DrawnIncident[] {
  if (incidents.length <= mostAges) return incidents
  const top = new Map<number, DrawnIncident>()
  for (const incident of incidents) {
    // Columns and rows of a whole world at the deepest zoom are fewer than 2^26.
    const key = Math.floor(incident.x / side) * 2 ** 26 + Math.floor(incident.y / side)
    const other = top.get(key)
    if (!other || incident.level <= other.level) top.set(key, incident)
  }
  return [...top.values()]
}

/**
 * The marks of what is live: shape by kind, colour by level, a disc behind a new one, a broken ring once somebody is on
 * the way, a whole one when there, hollow when closed; fainter with age, which stands below. Null when the atlas is full.
 */
export function liveIncidentSprites(
  incidents: readonly DrawnIncident[],
  ages: boolean,
  atlas: Atlas,
  theme: Theme,
  writer = new SpriteWriter(),
): Sprites | null {
  writer.begin(incidents[0]?.x ?? 0, incidents[0]?.y ?? 0)
  const known = new Map<string, AtlasEntry>()
  for (const { x, y, group, level, stage, strength, ageMinutes } of incidents) {
    const key = `${group} ${level} ${stage}`
    let entry: AtlasEntry | null | undefined = known.get(key)
    if (!entry) {
      entry = liveIncidentSymbol(atlas, group, level, stage, theme)
      if (!entry) return null
      known.set(key, entry)
    }
    writer.add(x, y, entry, 0, 0, strength)
    if (!ages || ageMinutes === null || ageMinutes < 1) continue
    const text = markText(atlas, ageMark(ageMinutes), 11, false, theme)
    if (!text) return null
    writer.add(x, y, text, 18, 0, 1)
  }
  return writer.finish()
}

export function liveIncidentsLayer(
  sprites: Sprites,
  atlas: Atlas,
  sizeScale: number,
  opacity: number,
): SpriteLayer {
  return new SpriteLayer({
    id: 'liveIncidents',
    sprites,
    atlas,
    atlasVersion: atlas.version,
    sizeScale,
    opacity,
  })
}

/** From so many on marks make room for one another: together they cover no more than these would. */
const crowd = 400
/** Read at 16 CSS pixels, not below. */
const smallest = 16 / markSide

/**
 * Larger than incidents at rest; smaller where the city is full of them, in steps, so that one more changes nothing.
 * @param zoom rounded by the caller.
 */
export function liveIncidentScale(zoom: number, count: number): number {
  const own = Math.min(1.15, Math.max(0.65, 0.65 + (zoom - 11) * 0.125))
  const room = Math.max(0.45, Math.min(1, Math.sqrt(crowd / Math.max(1, count))))
  return Math.max(smallest, own * (Math.ceil(20 * room) / 20))
}

export function liveIncidentsLegend(atlas: Atlas, theme: Theme): LegendEntry {
  const group: KindGroup = 'publicOrder'
  const icon = (stage: IncidentStage) => {
    const entry = liveIncidentSymbol(atlas, group, 2, stage, theme)
    return entry ? symbolUrl(atlas, entry) : undefined
  }
  return {
    layer: 'liveIncidents',
    title: { zh: '实时事件', en: 'Live incidents' },
    items: (['new', 'dispatched', 'onScene', 'closed'] as const).map((stage) => ({
      label: stageNames[stage],
      color: cssColor(stage === 'closed' ? mapColors[theme].inkSoft : alertColors[2]),
      mark: 'icon' as const,
      icon: icon(stage),
    })),
  }
}
