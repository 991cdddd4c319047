import type { Cell } from '../city.ts'

/**
 * The cells of a city: each distinct set of areas that some point lies in. Cells are numbered as they are first seen,
 * after those the city has already.
 */
export class Cells {
  private added: Cell[] = []
  private readonly ids = new Map<string, number>()
  private last = 0

  constructor(known: Iterable<Cell>) {
    for (const { id, areaIds } of known) {
      this.ids.set(keyOf(areaIds), id)
      this.last = Math.max(this.last, id)
    }
  }

  /** The cell of a set of areas, made if it is new; null for none. */
  cellOf(areaIds: number[]): number | null {
    if (areaIds.length === 0) return null
    const key = keyOf(areaIds)
    const known = this.ids.get(key)
    if (known !== undefined) return known
    const id = ++this.last
    this.ids.set(key, id)
    this.added.push({ id, areaIds })
    return id
  }

  /** The cells made since the last call, for the caller to write. */
  takeAdded(): Cell[] {
    const taken = this.added
    this.added = []
    return taken
  }
}

function keyOf(areaIds: number[]): string {
  return areaIds.toSorted((a, b) => a - b).join()
}
