import type { CellsRow } from '../db/queries/catalog.ts'
import type { TreeLevel } from './statistics/suppression.ts'

/** The areas disputes are counted in, as a tree over cells. */
export interface DisputeTree {
  levels: TreeLevel[]
  /** Place of a cell in the finest level; undefined when no level holds it. Without levels every cell is the whole city. */
  leafOf(cellId: number): number | undefined
  /** True when a node lies in another of its own or a coarser level (level −1: the whole city). */
  isIn(level: number, node: number, other: { level: number; node: number }): boolean
}

/**
 * Builds the tree from what lies where, not from names: each area's parent is the area of the level above that holds its
 * cells, and cells without an area are that parent's rest. Levels that cut one above them end the tree.
 * @param rows One a level of one version, coarse to fine.
 */
export function disputeTree(rows: readonly CellsRow[]): DisputeTree {
  const levels: TreeLevel[] = []
  let leaves = new Map<number, number>(rows[0]?.cell_ids.map((cell) => [cell, 0]))
  for (const row of rows) {
    const areaOf = new Map(row.cell_ids.map((cell, i) => [cell, row.area_ids[i]]))
    const areaId: (number | null)[] = []
    const parent: number[] = []
    const nodes = new Map<string, number>()
    const parents = new Map<number, number>()
    const next = new Map<number, number>()
    let cuts = false
    for (const [cell, above] of leaves) {
      const area = areaOf.get(cell) ?? null
      if (area !== null) {
        cuts ||= (parents.get(area) ?? above) !== above
        parents.set(area, above)
      }
      const name = area === null ? `rest of ${above}` : String(area)
      let node = nodes.get(name)
      if (node === undefined) {
        node = areaId.length
        nodes.set(name, node)
        areaId.push(area)
        parent.push(above)
      }
      next.set(cell, node)
    }
    if (cuts) break
    levels.push({ level: row.level, areaId, parent })
    leaves = next
  }
  return {
    levels,
    leafOf: (cellId) => (levels.length === 0 ? 0 : leaves.get(cellId)),
    isIn(level, node, other) {
      let at = node
      for (let each = level; each > other.level; each--) at = levels[each].parent[at]
      return at === other.node
    },
  }
}
