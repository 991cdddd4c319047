import type { LookBox } from '../../db/queries/auditReading.ts'
import type { CellsRow } from '../../db/queries/catalog.ts'

/** Where people looked, area by area. */

export interface Looks {
  /** Areas of the level that anybody looked at, ascending. */
  areaId: number[]
  /** Beside each how often, and how many people. */
  looks: number[]
  people: number[]
  /** Looks at the city as a whole. */
  wholeCity: number
}

export interface LookSources {
  level: { version: string; level: string }
  /** Of every level of every version. */
  cells: readonly CellsRow[]
  /** Looks without a box, by area (null: none) and person. */
  byArea: readonly { area_id: number | null; person_id: string; looks: number }[]
  boxes: readonly LookBox[]
  /** A point inside each area of the level, EPSG:4326, degrees. */
  points: readonly { id: number; lng: number; lat: number }[]
  /** The areas that hold points [lng, lat], by the points' places in the list. */
  holding(places: [number, number][]): Promise<{ point: number; id: number }[]>
}

/** Areas of the level that share a cell with an area of any level and version. */
function neighboursOf(
  cells: readonly CellsRow[],
  level: LookSources['level'],
): (areaId: number) => ReadonlySet<number> {
  const areaOfCell = new Map<number, number>()
  const own = cells.find((row) => row.version === level.version && row.level === level.level)
  own?.cell_ids.forEach((cell, index) => {
    areaOfCell.set(cell, own.area_ids[index])
  })
  const cellsOfArea = new Map<number, number[]>()
  for (const row of cells) {
    row.area_ids.forEach((area, index) => {
      const list = cellsOfArea.get(area)
      if (list) list.push(row.cell_ids[index])
      else cellsOfArea.set(area, [row.cell_ids[index]])
    })
  }
  return (areaId) => new Set((cellsOfArea.get(areaId) ?? []).flatMap((cell) => areaOfCell.get(cell) ?? []))
}

/** Counts looks by area as audit.where describes it. */
export async function countLooks(sources: LookSources): Promise<Looks> {
  const { boxes, points } = sources
  const counted = new Map<number, { looks: number; people: Set<string> }>()
  const add = (areaId: number, person: string, looks: number) => {
    const entry = counted.get(areaId) ?? { looks: 0, people: new Set<string>() }
    counted.set(areaId, entry)
    entry.looks += looks
    entry.people.add(person)
  }

  let wholeCity = 0
  const sharing = neighboursOf(sources.cells, sources.level)
  const known = new Map<number, ReadonlySet<number>>()
  for (const { area_id, person_id, looks } of sources.byArea) {
    if (area_id === null) {
      wholeCity += looks
      continue
    }
    const areas = known.get(area_id) ?? sharing(area_id)
    known.set(area_id, areas)
    for (const area of areas) add(area, person_id, looks)
  }

  const small: LookBox[] = []
  for (const box of boxes) {
    const inside = points.filter(
      ({ lng, lat }) => lng >= box.west && lng <= box.east && lat >= box.south && lat <= box.north,
    )
    if (inside.length === 0) small.push(box)
    for (const { id } of inside) add(id, box.person_id, 1)
  }
  if (small.length > 0) {
    const middles = small.map((box): [number, number] => [
      (box.west + box.east) / 2,
      (box.south + box.north) / 2,
    ])
    for (const { point, id } of await sources.holding(middles)) add(id, small[point].person_id, 1)
  }

  const areaId = [...counted.keys()].sort((a, b) => a - b)
  return {
    areaId,
    looks: areaId.map((id) => counted.get(id)?.looks ?? 0),
    people: areaId.map((id) => counted.get(id)?.people.size ?? 0),
    wholeCity,
  }
}
