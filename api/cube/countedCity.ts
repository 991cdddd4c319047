import type { CubePosition } from '../../db/queries/cube.ts'
import type { CityCatalog, CityGround } from '../catalog.ts'
import { Remembered } from '../remembered.ts'
import type { CityCube } from './cityCube.ts'
import type { Place } from './eventList.ts'

/** The areas of a level and which of them each slot of the cube belongs to. */
export interface LevelCells {
  /** Ascending. */
  areaIds: number[]
  /** Slot → position in `areaIds`; slots in no area of the level have the position after the last. */
  areaOf: Uint16Array
}

/** Some of a city's cells. */
export interface Cells {
  /** null: all, and what lies in no cell. */
  ids: ReadonlySet<number> | null
  /** Equal keys are the same cells. */
  key: string
}

/** How far the log of changes is counted. */
export interface Progress {
  position: CubePosition
  /** Everything committed before this instant is counted; epoch milliseconds. */
  countedAt: number
}

/** Places of limited viewers kept at once: about three bytes a slot each. */
const MOST_PLACES = 200

/** A city's cube beside the names of what it counts. */
export class CountedCity {
  readonly cube: CityCube
  readonly catalog: CityCatalog
  readonly ground: CityGround
  readonly progress: Progress
  private readonly slotOfCell: Map<number, number>
  private readonly levels = new Map<string, LevelCells>()
  private readonly places = new Map<number, Place>()
  private readonly placesIn = new Remembered<Place>(MOST_PLACES)

  constructor(
    cube: CityCube,
    names: { catalog: CityCatalog; ground: CityGround },
    slotOfCell: Map<number, number>,
    progress: Progress,
  ) {
    this.cube = cube
    this.catalog = names.catalog
    this.ground = names.ground
    this.slotOfCell = slotOfCell
    this.progress = progress
    // A cell no incident lies in has a slot too: areas are told by their cells.
    for (const { cell_ids } of names.ground.cells) for (const cellId of cell_ids) this.slotOf(cellId)
  }

  /** The same counts, kept up to date together, under names read anew. */
  named(names: { catalog: CityCatalog; ground: CityGround }): CountedCity {
    return new CountedCity(this.cube, names, this.slotOfCell, this.progress)
  }

  /** The slot of a cell, made if the cell is new. @param cellId null: in no cell. */
  slotOf(cellId: number | null): number {
    if (cellId === null) return 0
    const known = this.slotOfCell.get(cellId)
    if (known !== undefined) return known
    const slot = this.slotOfCell.size + 1
    this.slotOfCell.set(cellId, slot)
    this.cube.growSlots(slot + 1)
    return slot
  }

  levelCells(version: string, level: string): LevelCells {
    const key = `${version}\n${level}`
    const known = this.levels.get(key)
    if (known?.areaOf.length === this.cube.slots) return known
    const row = this.ground.cells.find((each) => each.version === version && each.level === level)
    const areaIds = [...new Set(row?.area_ids ?? [])].sort((a, b) => a - b)
    const positions = new Map(areaIds.map((id, position) => [id, position]))
    const areaOf = new Uint16Array(this.cube.slots).fill(areaIds.length)
    row?.cell_ids.forEach((cellId, index) => {
      const slot = this.slotOfCell.get(cellId)
      const position = positions.get(row.area_ids[index])
      if (slot !== undefined && position !== undefined) areaOf[slot] = position
    })
    const made = { areaIds, areaOf }
    this.levels.set(key, made)
    return made
  }

  /** The slots inside an area; of an area nobody knows, none. */
  place(areaId: number): Place {
    const known = this.places.get(areaId)
    if (known?.inside.length === this.cube.slots) return known
    const area = this.ground.areas.get(areaId)
    const inside = new Uint8Array(this.cube.slots)
    if (area) {
      const { areaIds, areaOf } = this.levelCells(area.version, area.level)
      const position = areaIds.indexOf(areaId)
      if (position >= 0) {
        for (let slot = 0; slot < inside.length; slot++) if (areaOf[slot] === position) inside[slot] = 1
      }
    }
    const made = placeOf(inside)
    this.places.set(areaId, made)
    return made
  }

  /** Slots of some cells, or of those of them inside an area. @param areaId null: anywhere. @returns null: everywhere. */
  placeIn({ ids, key }: Cells, areaId: number | null): Place | null {
    const area = areaId === null ? null : this.place(areaId)
    if (ids === null) return area
    return this.placesIn.get(`${this.cube.slots} ${areaId ?? ''} ${key}`, () => {
      const inside = new Uint8Array(this.cube.slots)
      for (const cellId of ids) {
        const slot = this.slotOfCell.get(cellId)
        if (slot !== undefined && (area === null || area.inside[slot] === 1)) inside[slot] = 1
      }
      return placeOf(inside)
    })
  }
}

function placeOf(inside: Uint8Array): Place {
  return { inside, slots: Uint16Array.from([...inside.keys()].filter((slot) => inside[slot] === 1)) }
}
