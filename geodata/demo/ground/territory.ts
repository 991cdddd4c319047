/** From atoms with people to areas of every level: which atom belongs to which division, grid and micro-grid. */
import type { Names } from '../../city.ts'
import { apportion, type Random } from '../../random.ts'
import type { Arrangement } from './arrangement.ts'
import { type Atoms, graphOf } from './atoms.ts'
import type { Division, GeneratedLevel } from './manifest.ts'
import { partition } from './partition.ts'

/** One area before it has a polygon. */
export interface Territory {
  level: string
  code: string
  name: Names
  parent: Territory | null
  urbanRural: string | null
  atoms: number[]
  households: number
}

/** No generated area is meant to be smaller, square metres: crumbs cannot be read on a map. */
const leastArea = 1500

/** An atom that can stand for an area alone, square metres: smaller ones vanish from a map simplified to 20 m. */
const leastAtom = 1150

/** How far along an atom's households and land count when divisions are balanced: households per square metre. */
const householdsPerSquareMetre = 25e-6

/**
 * Published divisions: the finest ones grow from their centres, the coarser ones are their unions.
 * @returns territories by level, coarse to fine, in the order of the divisions.
 */
export function placeDivisions(
  atoms: Atoms,
  households: Float64Array,
  divisions: readonly Division[],
  levels: readonly string[],
  city: Territory,
  nearestAtom: (centre: Division) => number,
  random: Random,
): Territory[][] {
  const byLevel: Territory[][] = levels.map(() => [])
  const leaves: { division: Division; territory: Territory }[] = []
  const visit = (division: Division, parent: Territory, depth: number) => {
    const territory: Territory = {
      level: levels[depth],
      code: division.code,
      name: division.name,
      parent,
      urbanRural: division.urbanRural,
      atoms: [],
      households: 0,
    }
    byLevel[depth].push(territory)
    if (division.children.length === 0) leaves.push({ division, territory })
    for (const child of division.children) visit(child, territory, depth + 1)
  }
  for (const division of divisions) visit(division, city, 0)
  const weight = households.map((h, i) => h + atoms.area[i] * householdsPerSquareMetre)
  const labels = partition(
    atoms,
    city.atoms,
    weight,
    {
      seeds: leaves.map(({ division }) => nearestAtom(division)),
      targets: leaves.map(({ division }) => division.households),
      fixedSeeds: true,
      rounds: 30,
      balance: 4,
    },
    random,
  )
  city.atoms.forEach((atom, i) => {
    for (let t: Territory | null = leaves[labels[i]].territory; t && t !== city; t = t.parent) {
      t.atoms.push(atom)
      t.households += households[atom]
    }
  })
  return byLevel
}

/** Generated areas inside each parent: as many as its households ask for, at least one each, `count` in all. */
export function divide(
  atoms: Atoms,
  households: Float64Array,
  parents: readonly Territory[],
  level: GeneratedLevel,
  random: Random,
): Territory[] {
  const shares = shareOut(
    level.count,
    parents.map((p) => p.households),
    parents.map((p) => {
      const land = p.atoms.reduce((sum, a) => sum + atoms.area[a], 0)
      const roomy = p.atoms.filter((a) => atoms.area[a] >= leastAtom).length
      return Math.max(1, Math.min(roomy, Math.floor(land / leastArea)))
    }),
  )
  const label = new Int32Array(atoms.count).fill(-1)
  const result: Territory[] = []
  parents.forEach((parent, n) => {
    const parts = shares[n]
    // Land counts a little, so that empty hills are shared out too.
    const land = parent.atoms.reduce((sum, a) => sum + atoms.area[a], 0)
    const perArea = (0.06 * (parent.households + 1)) / land
    const weight = new Float64Array(atoms.count)
    let total = 0
    for (const a of parent.atoms) {
      weight[a] = households[a] + atoms.area[a] * perArea
      total += weight[a]
    }
    const labels = partition(
      atoms,
      parent.atoms,
      weight,
      { targets: Array.from({ length: parts }, () => total / parts), rounds: 10, leastArea },
      random,
    )
    const children = Array.from(
      { length: parts },
      (): Territory => ({
        level: level.level,
        code: '',
        name: parent.name,
        parent,
        urbanRural: parent.urbanRural,
        atoms: [],
        households: 0,
      }),
    )
    parent.atoms.forEach((atom, i) => {
      children[labels[i]].atoms.push(atom)
      children[labels[i]].households += households[atom]
    })
    const centre = children.map((child) => centroid(atoms, child.atoms))
    readingOrder(centre).forEach((c, i) => {
      const child = children[c]
      const number = String(i + 1).padStart(level.digits, '0')
      child.code = parent.code + number
      child.name = level.title(parent.name, number)
      for (const atom of child.atoms) label[atom] = result.length
      result.push(child)
    })
  })
  return result
}

/** Shares by weight (largest remainders), at least one and at most `limits` each. */
export function shareOut(total: number, weights: readonly number[], limits: readonly number[]): number[] {
  const room = limits.reduce((a, b) => a + b, 0)
  if (room < total) throw new RangeError(`expected room for ${total} areas, found ${room} atoms`)
  const shares = apportion(
    total,
    weights.map((w) => w + 1e-6),
    1,
  )
  // What exceeds the room of one goes to those that have the most room left for their share.
  let over = 0
  shares.forEach((share, i) => {
    if (share > limits[i]) {
      over += share - limits[i]
      shares[i] = limits[i]
    }
  })
  while (over > 0) {
    let pick = -1
    let least = Number.POSITIVE_INFINITY
    shares.forEach((share, i) => {
      const fullness = (share + 1) / (weights[i] + 1)
      if (share < limits[i] && fullness < least) {
        least = fullness
        pick = i
      }
    })
    shares[pick]++
    over--
  }
  return shares
}

/** Centroid of a set of atoms, metres. */
export function centroid(atoms: Atoms, members: readonly number[]): [number, number] {
  let sx = 0
  let sy = 0
  let sum = 0
  for (const a of members) {
    sx += atoms.x[a] * atoms.area[a]
    sy += atoms.y[a] * atoms.area[a]
    sum += atoms.area[a]
  }
  return [sx / sum, sy / sum]
}

/** Reading order of places: in rows from the north, within a row from west to east. Indices. */
export function readingOrder(places: readonly (readonly [number, number])[]): number[] {
  const count = places.length
  if (count < 2) return places.map((_, i) => i)
  const xs = places.map(([x]) => x)
  const ys = places.map(([, y]) => y)
  const width = Math.max(...xs) - Math.min(...xs) + 1
  const height = Math.max(...ys) - Math.min(...ys) + 1
  const rows = Math.min(count, Math.max(1, Math.round(Math.sqrt((count * height) / width))))
  const order = places.map((_, i) => i).sort((a, b) => ys[b] - ys[a] || xs[a] - xs[b])
  const result: number[] = []
  for (let row = 0; row < rows; row++) {
    const from = Math.round((row * count) / rows)
    const to = Math.round(((row + 1) * count) / rows)
    result.push(...order.slice(from, to).sort((a, b) => xs[a] - xs[b] || ys[b] - ys[a]))
  }
  return result
}

/** Labels of the faces by territory, and the neighbourhood graph of territories. */
export function territoryGraph(
  arrangement: Arrangement,
  ofFace: Int32Array,
  atoms: Atoms,
  territories: readonly Territory[],
  step: { x: number; y: number },
): Atoms {
  const ofAtom = new Int32Array(atoms.count).fill(-1)
  territories.forEach((territory, i) => {
    for (const atom of territory.atoms) ofAtom[atom] = i
  })
  const label = ofFace.map((atom) => (atom < 0 ? -1 : ofAtom[atom]))
  return graphOf(arrangement, label, territories.length, step.x, step.y)
}
