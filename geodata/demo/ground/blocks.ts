/** Residential blocks and key sites: where people live and what they know their way by. */
import type { Block, Position, Site } from '../../city.ts'
import { apportion, type Random } from '../random.ts'
import type { Landscape } from './landscape.ts'
import type { GroundManifest } from './manifest.ts'
import { estateNames, hamletNames } from './names.ts'

export interface FinestAreas {
  /** Index of the finest area of each atom. */
  ofAtom: Int32Array
  /** Id and population by index. */
  ids: number[]
  population: number[]
}

/** Every household lives in exactly one block: an estate between streets, or a hamlet. */
export function buildBlocks(landscape: Landscape, finest: FinestAreas, random: Random): Block[] {
  const {
    plane,
    atoms,
    households,
    blocks: townBlocks,
    blockOfAtom,
    hamlets,
    hamletOfAtom,
    inside,
  } = landscape
  const people = peopleOfAtoms(households, finest)
  const town = townBlocks.map((): number[] => [])
  const country = hamlets.map((): number[] => [])
  for (let i = 0; i < atoms.count; i++) {
    if (households[i] === 0) continue
    if (blockOfAtom[i] >= 0) town[blockOfAtom[i]].push(i)
    else if (hamletOfAtom[i] >= 0) country[hamletOfAtom[i]].push(i)
  }
  const result: Block[] = []
  const add = (members: readonly number[], name: Block['name'], ring: readonly Position[]) => {
    let most = members[0]
    for (const i of members) if (households[i] > households[most]) most = i
    const closed = [...ring, ring[0]].map(([x, y]) => plane.fromPlane(x, y))
    result.push({
      id: result.length + 1,
      name,
      households: members.reduce((sum, i) => sum + households[i], 0),
      population: members.reduce((sum, i) => sum + people[i], 0),
      microGridId: finest.ids[finest.ofAtom[most]],
      point: plane.fromPlane(atoms.x[most], atoms.y[most]),
      polygons: [[closed]],
    })
  }
  const estate = estateNames(random.fork('estates'))
  townBlocks.forEach((block, b) => {
    if (town[b].length > 0) add(town[b], estate(), block.ring)
  })
  const hamletName = hamletNames(random.fork('hamlets'))
  const shapes = random.fork('shapes')
  country.forEach((members, h) => {
    if (members.length === 0) return
    let count = 0
    for (const i of members) count += households[i]
    const radius = 26 + 9 * Math.sqrt(count)
    const { x, y } = hamlets[h]
    const corners = 14
    const turn = shapes.between(0, 7)
    const stretch = shapes.between(0.7, 1)
    const ring: Position[] = []
    for (let k = 0; k < corners; k++) {
      const a = (k / corners) * 2 * Math.PI
      let r = radius * shapes.between(0.78, 1.12)
      const px = Math.cos(a)
      const py = Math.sin(a) * stretch
      const dx = px * Math.cos(turn) - py * Math.sin(turn)
      const dy = px * Math.sin(turn) + py * Math.cos(turn)
      while (r > 8 && !inside(x + dx * r, y + dy * r)) r *= 0.8
      ring.push([x + dx * r, y + dy * r])
    }
    add(members, hamletName(), ring)
  })
  return result
}

/** People of each finest area shared out to its atoms by households. */
function peopleOfAtoms(households: Float64Array, { ofAtom, population }: FinestAreas): Float64Array {
  const members = population.map((): number[] => [])
  for (let i = 0; i < ofAtom.length; i++) if (households[i] > 0) members[ofAtom[i]].push(i)
  const people = new Float64Array(ofAtom.length)
  members.forEach((list, area) => {
    if (list.length === 0) return
    const parts = apportion(
      population[area],
      list.map((i) => households[i]),
    )
    list.forEach((atom, k) => {
      people[atom] = parts[k]
    })
  })
  return people
}

/** Key sites on the blocks kept free for them, or on the ground nearest to where they should be. */
export function buildSites(manifest: GroundManifest, landscape: Landscape, finest: FinestAreas): Site[] {
  const { plane, atoms, blocks, siteBlock, inside } = landscape
  const nearestAtom = (x: number, y: number) => {
    let best = 0
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < atoms.count; i++) {
      const d = (atoms.x[i] - x) ** 2 + (atoms.y[i] - y) ** 2
      if (d < least) {
        least = d
        best = i
      }
    }
    return best
  }
  return manifest.sites.map((site, s): Site => {
    const block = siteBlock[s]
    let [x, y] = block >= 0 ? [blocks[block].x, blocks[block].y] : plane.toPlane(site.near)
    const atom = nearestAtom(x, y)
    if (block < 0 || !inside(x, y)) {
      x = atoms.x[atom]
      y = atoms.y[atom]
    }
    return {
      id: s + 1,
      kind: site.kind,
      name: site.name,
      point: plane.fromPlane(x, y),
      microGridId: finest.ids[finest.ofAtom[atom]],
    }
  })
}
