import { cssColor, mapColors } from '../map/colors.ts'
import type { Atlas, AtlasEntry } from '../map/gl/Atlas.ts'
import { SpriteLayer } from '../map/gl/SpriteLayer.ts'
import { type Sprites, SpriteWriter } from '../map/gl/SpriteWriter.ts'
import type { DrawnUnit, UnitKind, UnitState } from '../map/livePicture.ts'
import type { LegendEntry, Theme } from '../map/scene.ts'
import { markText, symbolUrl, unitSymbol } from '../map/symbols.ts'
import { ageMark } from './liveIncidents.ts'

/** Call signs are written from this zoom on. */
export const callSignsFromZoom = 13
/** Of more units than this in and around the view none is called by its sign until the map is near: nobody could read them. */
const mostCallSigns = 200
const nearZoom = 15

/** Whether call signs are written. @param count units in and around the view. */
export function callSignsWritten(zoom: number, count: number): boolean {
  return zoom >= nearZoom || (zoom >= callSignsFromZoom && count <= mostCallSigns)
}

/** CSS pixels a call sign stands below its unit, or above. */
export const below = 17
const wordSize = 11

const unitKinds: readonly UnitKind[] = ['car', 'motorcycle', 'foot', 'command']
const unitStates: readonly UnitState[] = ['offDuty', 'free', 'assigned', 'enRoute', 'onScene']

const kindNames: Readonly<Record<UnitKind, { zh: string; en: string }>> = {
  car: { zh: '巡逻车', en: 'Car' },
  motorcycle: { zh: '摩托车', en: 'Motorcycle' },
  foot: { zh: '步巡组', en: 'Foot patrol' },
  command: { zh: '指挥车', en: 'Command car' },
}

/** What is written below a unit: its call sign, and how long it has said nothing once that is long. */
export function unitWords({ callSign, staleMinutes }: Pick<DrawnUnit, 'callSign' | 'staleMinutes'>): string {
  return staleMinutes === null ? callSign : `${callSign} ${ageMark(staleMinutes)}`
}

/**
 * Which units have room for their words, the first of the list before the others: below, else above. Those whose words would
 * lie on words already written stay silent.
 * @param unitsPerPixel world units a CSS pixel spans. @param others middles of words that are written all the same.
 * @returns how far below its unit the middle of the words stands, CSS pixels.
 */
export function unitsWithRoom(
  units: readonly DrawnUnit[],
  unitsPerPixel: number,
  others: readonly { x: number; y: number }[] = [],
): Map<number, number> {
  const cellX = 56 * unitsPerPixel
  const cellY = 18 * unitsPerPixel
  const taken = new Map<number, { x: number; y: number }[]>()
  // Columns of a whole world at the deepest zoom are fewer than 2^25, and so are rows.
  const keyOf = (column: number, row: number) => column * 2 ** 26 + row
  const take = (x: number, y: number) => {
    const key = keyOf(Math.floor(x / cellX), Math.floor(y / cellY))
    const here = taken.get(key)
    if (here) here.push({ x, y })
    else taken.set(key, [{ x, y }])
  }
  const isFree = (x: number, y: number) => {
    const [column, row] = [Math.floor(x / cellX), Math.floor(y / cellY)]
    for (let i = -1; i <= 1; i++)
      for (let j = -1; j <= 1; j++)
        if (
          taken
            .get(keyOf(column + i, row + j))
            ?.some((other) => Math.abs(other.x - x) < cellX && Math.abs(other.y - y) < cellY)
        )
          return false
    return true
  }
  for (const { x, y } of others) take(x, y)
  const shown = new Map<number, number>()
  for (const { id, x, y } of units) {
    const offset = [below, -below].find((dy) => isFree(x, y + dy * unitsPerPixel))
    if (offset === undefined) continue
    shown.set(id, offset)
    take(x, y + offset * unitsPerPixel)
  }
  return shown
}

/**
 * Many units in and around the view are smaller, most of all on a small map. In steps, so that one more changes nothing.
 * @param zoom rounded by the caller.
 */
export function unitScale(zoom: number, count: number): number {
  const afar = Math.min(1, Math.max(0, (nearZoom - zoom) / 3))
  const crowd = Math.min(1, Math.max(0, (count - 60) / 240))
  return 1 - Math.ceil(10 * crowd) * (0.02 + 0.025 * afar)
}

/**
 * Units as headed arrows: the shape says what kind, a broken ring that it is on its way to an incident, a whole one that
 * it is there, grey and hollow that it has not been heard for long. Null when the atlas is full.
 * @param named units whose call sign is written, as `unitsWithRoom` says. @param size of the marks, as `unitScale` says.
 */
export function unitSprites(
  units: readonly DrawnUnit[],
  named: ReadonlyMap<number, number>,
  atlas: Atlas,
  theme: Theme,
  size = 1,
  writer = new SpriteWriter(),
): Sprites | null {
  writer.begin(units[0]?.x ?? 0, units[0]?.y ?? 0)
  // Few pictures, many units, in every frame of a glide: a picture is looked up by its words once.
  const known: (AtlasEntry | undefined)[] = []
  for (const unit of units) {
    const stale = unit.staleMinutes !== null
    const headed = unit.headingDeg !== null
    const look =
      4 * (unitStates.length * unitKinds.indexOf(unit.kind) + unitStates.indexOf(unit.state)) +
      (stale ? 2 : 0) +
      (headed ? 1 : 0)
    const entry = known[look] ?? unitSymbol(atlas, unit.kind, unit.state, stale, headed, theme)
    if (!entry) return null
    known[look] = entry
    // Exactly north would read as "does not turn with the map".
    const turn = unit.headingDeg === null ? 0 : unit.headingDeg === 0 ? 360 : unit.headingDeg
    writer.add(unit.x, unit.y, entry, 0, turn, 1, size)
    const offset = named.get(unit.id)
    if (offset === undefined) continue
    const text = markText(atlas, unitWords(unit), wordSize, stale, theme)
    if (!text) return null
    writer.add(unit.x, unit.y, text, offset, 0, 1)
  }
  return writer.finish()
}

export function unitsLayer(sprites: Sprites, atlas: Atlas, opacity: number): SpriteLayer {
  return new SpriteLayer({ id: 'units', sprites, atlas, atlasVersion: atlas.version, opacity })
}

export function unitsLegend(atlas: Atlas, theme: Theme): LegendEntry {
  const icon = (kind: UnitKind, state: UnitState, stale: boolean) => {
    const entry = unitSymbol(atlas, kind, state, stale, true, theme)
    return entry ? symbolUrl(atlas, entry) : undefined
  }
  const color = cssColor(mapColors[theme].ink)
  return {
    layer: 'units',
    title: { zh: '单元', en: 'Units' },
    items: [
      ...unitKinds.map((kind) => ({
        label: kindNames[kind],
        color,
        mark: 'icon' as const,
        icon: icon(kind, 'free', false),
      })),
      {
        label: { zh: '赶赴途中', en: 'On the way' },
        color,
        mark: 'icon',
        icon: icon('car', 'enRoute', false),
      },
      { label: { zh: '在现场', en: 'On scene' }, color, mark: 'icon', icon: icon('car', 'onScene', false) },
      {
        label: { zh: '定位中断', en: 'No recent fix' },
        color,
        mark: 'icon',
        icon: icon('car', 'free', true),
      },
    ],
  }
}
