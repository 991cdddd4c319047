import type { KindRow } from '../../db/queries/catalog.ts'

/** A set of incidents the cube keeps a list of: those of one kind itself, or those of several kinds together. */
export interface KindNode {
  /** Positions of the kinds in `KindTree.codes`, ascending. */
  kinds: number[]
}

/** A node and whether its counts are added or taken away. */
export interface SignedNode {
  node: number
  sign: 1 | -1
}

/**
 * The kinds that are counted (all but disputes) as a tree, and the sets a cube keeps: each kind alone, each kind with
 * all below it, and all. Any choice of kinds is a sum and difference of few of them.
 */
export class KindTree {
  readonly codes: string[]
  readonly nodes: KindNode[] = []
  /** Position of a kind → the nodes an incident of it belongs to, its own first. */
  readonly nodesOfKind: number[][]
  private readonly positions: Map<string, number>
  private readonly children: number[][]
  private readonly roots: number[] = []
  private readonly withBelow = new Map<number, number>()
  private readonly covers = new Map<string, SignedNode[]>()

  constructor(rows: readonly KindRow[]) {
    const counted = rows.filter((row) => !row.dispute)
    this.codes = counted.map((row) => row.code)
    this.positions = new Map(this.codes.map((code, position) => [code, position]))
    this.children = counted.map(() => [])
    const parents = counted.map((row) =>
      row.parent_code === null ? undefined : this.positions.get(row.parent_code),
    )
    for (const [position, parent] of parents.entries()) {
      if (parent === undefined || isInRing(parents, position)) this.roots.push(position)
      else this.children[parent].push(position)
      this.nodes.push({ kinds: [position] })
    }
    this.nodesOfKind = this.codes.map((_, position) => [position])
    for (const root of this.roots) this.addBelow(root)
    if (this.roots.length > 1) this.addNode(this.codes.map((_, position) => position))
  }

  position(code: string): number | undefined {
    return this.positions.get(code)
  }

  private addNode(kinds: number[]): number {
    const node = this.nodes.push({ kinds: kinds.toSorted((a, b) => a - b) }) - 1
    for (const kind of kinds) this.nodesOfKind[kind].push(node)
    return node
  }

  /** Adds the node of a kind with all below it. @returns all those kinds. */
  private addBelow(position: number): number[] {
    const below = [position, ...this.children[position].flatMap((child) => this.addBelow(child))]
    if (below.length > 1) this.withBelow.set(position, this.addNode(below))
    return below
  }

  /** Fewest nodes whose signed sum counts exactly these kinds. @param codes null: all. Codes that are not counted are left out. */
  cover(codes: readonly string[] | null): SignedNode[] {
    const key = codes === null ? '\n' : codes.join('\n')
    const known = this.covers.get(key)
    if (known) return known
    const wanted = new Uint8Array(this.codes.length)
    if (codes === null) wanted.fill(1)
    else
      for (const code of codes) {
        const position = this.positions.get(code)
        if (position !== undefined) wanted[position] = 1
      }
    const found = this.coverWanted(wanted)
    // Choices are made by people and screens: few. Anything else must not fill the memory.
    if (this.covers.size > 500) this.covers.clear()
    this.covers.set(key, found)
    return found
  }

  private coverWanted(wanted: Uint8Array): SignedNode[] {
    const all = this.nodes.findIndex(({ kinds }) => kinds.length === this.codes.length)
    const chosen = this.coverBelow(this.roots, wanted, 1)
    if (all < 0 || this.codes.length === 0) return chosen
    const others = this.coverBelow(
      this.roots,
      wanted.map((each) => 1 - each),
      -1,
    )
    return others.length + 1 < chosen.length || (others.length === 0 && chosen.length > 0)
      ? [{ node: all, sign: 1 }, ...others]
      : chosen
  }

  private coverBelow(kinds: readonly number[], wanted: Uint8Array, sign: 1 | -1): SignedNode[] {
    return kinds.flatMap((kind) => {
      const node = this.withBelow.get(kind)
      if (node === undefined) return wanted[kind] ? [{ node: kind, sign }] : []
      const below = this.nodes[node].kinds
      const missing = below.filter((each) => !wanted[each])
      if (missing.length === 0) return [{ node, sign }]
      const own: SignedNode[] = wanted[kind] ? [{ node: kind, sign }] : []
      return [...own, ...this.coverBelow(this.children[kind], wanted, sign)]
    })
  }
}

/** Whether going up from a kind comes back to it: nothing forbids it in the data, and it must not lose a count. */
function isInRing(parents: readonly (number | undefined)[], position: number): boolean {
  let above = parents[position]
  for (let steps = 0; above !== undefined && steps < parents.length; steps++) {
    if (above === position) return true
    above = parents[above]
  }
  return false
}
