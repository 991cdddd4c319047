/** Residential blocks and key sites: where people live and what they know their way by. */
import type { Block, Position, Site } from '../../city.ts'
import { apportion, type Random } from '../../random.ts'
import type { Landscape } from './landscape.ts'
import type { GroundManifest } from './manifest.ts'
import { estateNames, hamletNames } from './names.ts'
import { insideRing } from './plane.ts'
import { polygonsOf, visualCentre } from './rings.ts'

export interface FinestAreas {
  /** Index of the finest area of each atom. */
  ofAtom: Int32Array
  /** Id and population by index. */
  ids: number[]
  population: number[]
}

/** Where exactly atoms lie. */
export interface AtomPlaces {
  /** A point inside the atom: its centroid where that lies inside. */
  pointIn(atom: number): Position
  /** The atom that holds a point; the nearest one when none does. */
  atomAt(x: number, y: number): number
}

export function atomPlaces({ arrangement, ofFace, atoms, plane }: Landscape): AtomPlaces {
  const every = new Uint8Array(arrangement.x.length).fill(1)
  const polygons = polygonsOf(arrangement, ofFace, atoms.count, every)
  const ringOf = (atom: number) =>
    polygons[atom][0].map((ring) =>
      ring.map((v): Position => [arrangement.x[v] * plane.stepX, arrangement.y[v] * plane.stepY]),
    )
  return {
    pointIn: (atom) => {
      const rings = ringOf(atom)
      const [x, y] = [atoms.x[atom], atoms.y[atom]]
      return rings.length === 1 && insideRing(rings[0], x, y) ? [x, y] : visualCentre(rings)
    },
    atomAt: (x, y) => {
      const near = Array.from({ length: atoms.count }, (_, i) => i)
        .map((i) => ({ i, d: (atoms.x[i] - x) ** 2 + (atoms.y[i] - y) ** 2 }))
        .filter(({ d }) => d < 1e6)
        .sort((a, b) => a.d - b.d)
      return (near.slice(0, 40).find(({ i }) => insideRing(ringOf(i)[0], x, y)) ?? near[0]).i
    },
  }
}

/** Every household lives in exactly one block: an estate between streets, or a hamlet. */
export function buildBlocks(
  landscape: Landscape,
  finest: FinestAreas,
  places: AtomPlaces,
  random: Random,
): Block[] {
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
    const [px, py] = places.pointIn(most)
    const closed = [...ring, ring[0]].map(([x, y]) => plane.fromPlane(x, y))
    result.push({
      id: result.length + 1,
      name,
      households: members.reduce((sum, i) => sum + households[i], 0),
      population: members.reduce((sum, i) => sum + people[i], 0),
      microGridId: finest.ids[finest.ofAtom[most]],
      point: plane.fromPlane(px, py),
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
export function buildSites(
  manifest: GroundManifest,
  landscape: Landscape,
  finest: FinestAreas,
  places: AtomPlaces,
): Site[] {
  const { plane, blocks, siteBlock } = landscape
  return manifest.sites.map((site, s): Site => {
    const block = siteBlock[s]
    const [wantedX, wantedY] = block >= 0 ? [blocks[block].x, blocks[block].y] : plane.toPlane(site.near)
    const atom = places.atomAt(wantedX, wantedY)
    const [x, y] = places.pointIn(atom)
    return {
      id: s + 1,
      kind: site.kind,
      name: site.name,
      point: plane.fromPlane(x, y),
      microGridId: finest.ids[finest.ofAtom[atom]],
    }
  })
}
