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
/** Side of the square of which a crowd has one mark, CSS pixels: room for it and for the number below. */
const crowdSide = 64

/** Side of a crowd's squares, world units: another one only after half a zoom, so that marks stay what they are meanwhile. */
export function crowdSideAt(zoom: number): number {
  return crowdSide / 2 ** (Math.round(2 * zoom) / 2)
}

/** One mark on the map. */
export interface LiveMark {
  incident: DrawnIncident
  /** How many incidents it stands for beside its own. */
  more: number
}

const isOver = ({ stage }: DrawnIncident) => stage === 'closed' || stage === 'recorded'

function comesBefore(one: DrawnIncident, other: DrawnIncident): boolean {
  if (isOver(one) !== isOver(other)) return isOver(other)
  return one.level === other.level ? one.id > other.id : one.level < other.level
}

/**
 * The marks of these incidents: a few hundred each have their own; of more, each square has one, which says how many more it
 * stands for: what is open before what is over, then the gravest, then the newest.
 * @param side of a square, world units. @param chosen the incident that is its square's whatever the others are.
 */
export function liveMarks(
  incidents: readonly DrawnIncident[],
  side: number,
  chosen: number | null = null,
): readonly LiveMark[] {
  if (incidents.length <= mostAges) return incidents.map((incident) => ({ incident, more: 0 }))
  const squares = new Map<number, LiveMark>()
  for (const incident of incidents) {
    // Columns and rows of a whole world at the deepest zoom are fewer than 2^26.
    const key = Math.floor(incident.x / side) * 2 ** 26 + Math.floor(incident.y / side)
    const mark = squares.get(key)
    if (!mark) {
      squares.set(key, { incident, more: 0 })
      continue
    }
    mark.more++
    if (incident.id === chosen || (mark.incident.id !== chosen && comesBefore(incident, mark.incident)))
      mark.incident = incident
  }
  return [...squares.values()]
}

/** What is written below a mark: how many more it stands for, else its age where ages are written; nothing: empty. */
function markWords({ incident: { ageMinutes }, more }: LiveMark, ages: boolean): string {
  if (more > 0) return `+${more}`
  return ages && ageMinutes !== null && ageMinutes > 0 ? ageMark(ageMinutes) : ''
}

/** CSS pixels the middle of its words lies below a mark. @param scale of the marks. */
function wordsBelow(scale: number): number {
  return (scale * markSide) / 2 + 4
}

/** Where the middles of words stand, world units. @param unitsPerPixel world units a CSS pixel spans. */
export function placesOfWords(
  marks: readonly LiveMark[],
  ages: boolean,
  scale: number,
  unitsPerPixel: number,
): { x: number; y: number }[] {
  return marks
    .filter((mark) => markWords(mark, ages) !== '')
    .map(({ incident: { x, y } }) => ({ x, y: y + wordsBelow(scale) * unitsPerPixel }))
}

/**
 * The marks of what is live: shape by kind, colour by level, a disc behind a new one, a broken ring once somebody is on
 * the way, a whole one when there, hollow when closed; fainter with age; words below. Null when the atlas is full.
 * @param scale of the layer: words keep their size.
 */
export function liveIncidentSprites(
  marks: readonly LiveMark[],
  ages: boolean,
  scale: number,
  atlas: Atlas,
  theme: Theme,
  writer = new SpriteWriter(),
): Sprites | null {
  writer.begin(marks[0]?.incident.x ?? 0, marks[0]?.incident.y ?? 0)
  const known = new Map<string, AtlasEntry>()
  for (const mark of marks) {
    const { x, y, group, level, stage, strength } = mark.incident
    const key = `${group} ${level} ${stage}`
    let entry: AtlasEntry | null | undefined = known.get(key)
    if (!entry) {
      entry = liveIncidentSymbol(atlas, group, level, stage, theme)
      if (!entry) return null
      known.set(key, entry)
    }
    writer.add(x, y, entry, 0, 0, strength)
    const words = markWords(mark, ages)
    if (!words) continue
    const text = markText(atlas, words, 11, false, theme)
    if (!text) return null
    writer.add(x, y, text, wordsBelow(scale) / scale, 0, 1, 1 / scale)
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
  const more = markText(atlas, '+12', 11, false, theme)
  return {
    layer: 'liveIncidents',
    title: { zh: '实时事件', en: 'Live incidents' },
    items: [
      ...(['new', 'dispatched', 'onScene', 'closed'] as const).map((stage) => ({
        label: stageNames[stage],
        color: cssColor(stage === 'closed' ? mapColors[theme].inkSoft : alertColors[2]),
        mark: 'icon' as const,
        icon: icon(stage),
      })),
      {
        label: { zh: '该处另有件数', en: 'More in that spot' },
        color: cssColor(mapColors[theme].ink),
        mark: 'icon',
        icon: more ? symbolUrl(atlas, more) : undefined,
      },
    ],
  }
}
