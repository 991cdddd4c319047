/** An earlier boundary version: fewer, larger areas at one level, and how they became today's. */
import type { AreaLineage } from '../../city.ts'
import type { Random } from '../../random.ts'
import type { Arrangement } from './arrangement.ts'
import type { Atoms } from './atoms.ts'
import type { GroundManifest } from './manifest.ts'
import { partition } from './partition.ts'
import { centroid, readingOrder, shareOut, type Territory, territoryGraph } from './territory.ts'

type Earlier = NonNullable<GroundManifest['earlier']>

/** The earlier version: the same divisions, fewer areas at one level, as unions of today's finest areas. */
export function buildEarlier(
  manifest: GroundManifest,
  earlier: Earlier,
  arrangement: Arrangement,
  ofFace: Int32Array,
  atoms: Atoms,
  levels: readonly Territory[][],
  at: number,
  step: { x: number; y: number },
  random: Random,
): {
  levels: Territory[][]
  lineage: { from: Territory; to: Territory; relation: AreaLineage['relation'] }[]
} {
  const lineage: { from: Territory; to: Territory; relation: AreaLineage['relation'] }[] = []
  const copy = new Map<Territory, Territory>()
  const recode = (code: string) => earlier.divisionCode + code.slice(earlier.divisionCode.length)
  const result: Territory[][] = levels.slice(0, at).map((territories) =>
    territories.map((t) => {
      const old: Territory = {
        ...t,
        code: recode(t.code),
        parent: t.parent ? (copy.get(t.parent) ?? null) : null,
      }
      copy.set(t, old)
      lineage.push({ from: old, to: t, relation: 'same' })
      return old
    }),
  )
  const now = levels[at]
  const finer = levels[at + 1]
  const graph = territoryGraph(arrangement, ofFace, atoms, now, step)
  const finerGraph = territoryGraph(arrangement, ofFace, atoms, finer, step)
  const weight = Float64Array.from(now, (t) => t.households + 1)
  const finerWeight = Float64Array.from(finer, (t) => t.households + 1)
  const title = manifest.generatedLevels[at - 1 - manifest.divisionLevels.length].title
  const parents = levels[at - 1]
  const members = parents.map((parent) => now.flatMap((t, i) => (t.parent === parent ? [i] : [])))
  const shares = shareOut(
    earlier.count,
    members.map((m) => m.length),
    members.map((m) => m.length),
  )
  const grids: Territory[] = []
  parents.forEach((parent, p) => {
    const wanted = shares[p]
    // One in twenty of today's areas came from two old ones.
    const merges = Math.min(Math.floor(wanted / 20), members[p].length - 1)
    const groupCount = Math.max(1, wanted - merges)
    const total = members[p].reduce((sum, i) => sum + weight[i], 0)
    const labels = partition(
      graph,
      members[p],
      weight,
      { targets: Array.from({ length: groupCount }, () => total / groupCount), rounds: 8, balance: 0.5 },
      random,
    )
    const groups: number[][] = Array.from({ length: groupCount }, () => [])
    members[p].forEach((m, i) => {
      groups[labels[i]].push(m)
    })
    let left = wanted - groupCount
    const old: { atoms: number[]; households: number; to: Territory[]; relation: AreaLineage['relation'] }[] =
      []
    const finerOf = (grid: Territory) => finer.flatMap((t, i) => (t.parent === grid ? [i] : []))
    // Groups of one are divided first: today's area is then the union of two old ones.
    for (const group of groups.sort((a, b) => a.length - b.length)) {
      const inside = group.length === 1 ? finerOf(now[group[0]]) : []
      if (left > 0 && inside.length > 1) {
        left--
        const sum = inside.reduce((s, i) => s + finerWeight[i], 0)
        const halves = partition(
          finerGraph,
          inside,
          finerWeight,
          { targets: [sum / 2, sum / 2], rounds: 6 },
          random,
        )
        for (const half of [0, 1]) {
          const part = inside.filter((_, i) => halves[i] === half)
          old.push({
            atoms: part.flatMap((i) => finer[i].atoms),
            households: part.reduce((s, i) => s + finer[i].households, 0),
            to: [now[group[0]]],
            relation: 'merge',
          })
        }
        continue
      }
      old.push({
        atoms: group.flatMap((i) => now[i].atoms),
        households: group.reduce((s, i) => s + now[i].households, 0),
        to: group.map((i) => now[i]),
        relation: group.length === 1 ? 'same' : 'split',
      })
    }
    if (left > 0)
      throw new RangeError(`expected ${wanted} earlier areas in ${parent.code}, got ${wanted - left}`)
    const centre = old.map((o) => centroid(atoms, o.atoms))
    const oldParent = copy.get(parent) ?? null
    readingOrder(centre).forEach((o, i) => {
      const number = String(i + 1).padStart(3, '0')
      const t: Territory = {
        level: earlier.level,
        code: recode(parent.code) + number,
        name: title(parent.name, number),
        parent: oldParent,
        urbanRural: parent.urbanRural,
        atoms: old[o].atoms,
        households: old[o].households,
      }
      grids.push(t)
      for (const to of old[o].to) lineage.push({ from: t, to, relation: old[o].relation })
    })
  })
  result.push(grids)
  return { levels: result, lineage }
}
