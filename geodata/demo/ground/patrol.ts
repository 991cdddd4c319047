/** Patrol districts and squads: contiguous unions of grids, small where many people live, large in the hills. */
import type { Names } from '../../city.ts'
import type { Random } from '../../random.ts'
import type { Arrangement } from './arrangement.ts'
import type { Atoms } from './atoms.ts'
import { partition } from './partition.ts'
import { type Territory, territoryGraph } from './territory.ts'

export function buildPatrol(
  patrol: { districts: Names[]; squads: Names[] },
  arrangement: Arrangement,
  ofFace: Int32Array,
  atoms: Atoms,
  units: readonly Territory[],
  city: Territory,
  step: { x: number; y: number },
  random: Random,
): { districts: Territory[]; squads: Territory[] } {
  const graph = territoryGraph(arrangement, ofFace, atoms, units, step)
  const land = graph.area.reduce((a, b) => a + b, 0)
  const weight = graph.area.map((area, i) => units[i].households / city.households + (1.1 * area) / land)
  const all = units.map((_, i) => i)
  const divideInto = (members: number[], parts: number) => {
    const total = members.reduce((sum, i) => sum + weight[i], 0)
    const labels = partition(
      graph,
      members,
      weight,
      { targets: Array.from({ length: parts }, () => total / parts), rounds: 24, balance: 3 },
      random,
    )
    const groups: number[][] = Array.from({ length: parts }, () => [])
    members.forEach((m, i) => {
      groups[labels[i]].push(m)
    })
    // From the north-east, where the town is.
    const key = (group: number[]) => Math.max(...group.map((i) => graph.x[i] + graph.y[i]))
    return groups.sort((a, b) => key(b) - key(a))
  }
  const territory = (
    level: string,
    code: string,
    name: Names,
    parent: Territory,
    members: number[],
  ): Territory => ({
    level,
    code,
    name,
    parent,
    urbanRural: null,
    atoms: members.flatMap((i) => units[i].atoms),
    households: members.reduce((sum, i) => sum + units[i].households, 0),
  })
  const districts: Territory[] = []
  const squads: Territory[] = []
  const perDistrict = patrol.squads.length / patrol.districts.length
  divideInto(all, patrol.districts.length).forEach((members, d) => {
    const district = territory('district', `${city.code}D${d + 1}`, patrol.districts[d], city, members)
    districts.push(district)
    divideInto(members, perDistrict).forEach((part, s) => {
      squads.push(
        territory('squad', `${district.code}S${s + 1}`, patrol.squads[d * perDistrict + s], district, part),
      )
    })
  })
  return { districts, squads }
}
