/**
 * The ground of a synthetic city over a real outline, built from the ground up: terrain, water, settlements and roads
 * first, atoms between them, then areas as sets of atoms. Same manifest and seed, same bytes.
 */
import type { Area, AreaLevel, AreaLineage, Cell, Ground, Names, Position } from '../city.ts'
import { type Arrangement, arrange, emptySegments, lineKind, type Segments } from './ground/arrangement.ts'
import { type Atoms, graphOf, joinFaces } from './ground/atoms.ts'
import { Heap } from './ground/heap.ts'
import type { Division, GroundManifest } from './ground/manifest.ts'
import { scatter, wanderingEdges } from './ground/mesh.ts'
import { partition } from './ground/partition.ts'
import { createPlane, insideRing, lineDistance, type Plane } from './ground/plane.ts'
import { neededVertices, pinVertices, polygonsOf, visualCentre } from './ground/rings.ts'
import {
  divide,
  placeDivisions,
  readingOrder,
  shareOut,
  type Territory,
  territoryGraph,
} from './ground/territory.ts'
import { apportion, createRandom, type Random } from './random.ts'

export interface GroundOptions {
  seed: number
  onProgress?: (share: number, stage: string) => void
}

/** @throws RangeError when the manifest asks for what the outline cannot hold. */
export function generateGround(manifest: GroundManifest, { seed, onProgress }: GroundOptions): Ground {
  const random = createRandom(seed, `ground/${manifest.city.code}`)
  const progress = (share: number, stage: string) => onProgress?.(share, stage)
  progress(0, 'terrain')
  const box = boundsOf(manifest.outline)
  const plane = createPlane([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])
  const outline = manifest.outline.slice(0, -1).map(plane.toPlane)

  progress(0.15, 'mesh')
  const segments = emptySegments()
  addLine(segments, plane, [...outline, outline[0]], lineKind.outline, -1)
  const density = settlementDensity(manifest, plane)
  const xs = outline.map(([x]) => x)
  const ys = outline.map(([, y]) => y)
  const extent = {
    minX: Math.min(...xs) - 900,
    minY: Math.min(...ys) - 900,
    maxX: Math.max(...xs) + 900,
    maxY: Math.max(...ys) + 900,
  }
  const ringLine = [...outline, outline[0]]
  const near = nearTest(outline)
  const sites = scatter(
    {
      ...extent,
      least: 26,
      most: 320,
      spacing: (x, y) => (near(x, y) ? 26 + 210 / (1 + density(x, y) * 900) : 320),
    },
    random.fork('sites'),
  )
  for (const line of wanderingEdges(sites, extent, 0.45, 45, random.fork('mesh'))) {
    addLine(segments, plane, line, lineKind.mesh, -1)
  }
  const arrangement = arrange(segments)
  const { ofFace, count } = joinFaces(
    arrangement,
    plane.stepX,
    plane.stepY,
    (x, y) => 250 + 4000 / (1 + density(x, y) * 900),
  )
  const atoms = graphOf(arrangement, ofFace, count, plane.stepX, plane.stepY)
  void ringLine

  progress(0.4, 'people')
  const weights = Array.from(
    { length: atoms.count },
    (_, i) => density(atoms.x[i], atoms.y[i]) * atoms.area[i],
  )
  const households = Float64Array.from(apportion(manifest.people.households, weights))

  progress(0.5, 'areas')
  const built = buildAreas(manifest, plane, arrangement, ofFace, atoms, households, random, progress)

  progress(0.95, 'roads')
  const roads = placeholderRoads(manifest, plane, arrangement)
  progress(1, 'done')
  return {
    city: manifest.city,
    ...built,
    roads,
    water: manifest.rivers.map((river, i) => ({
      id: i + 1,
      kind: 'river' as const,
      name: river.name,
      widthM: river.widthM,
      line: riverLine(manifest.outline, river.from, river.to),
      synthetic: false,
    })),
    blocks: [],
    sites: [],
    relief: null,
  }
}

function boundsOf(ring: readonly Position[]): [number, number, number, number] {
  const lng = ring.map((p) => p[0])
  const lat = ring.map((p) => p[1])
  return [Math.min(...lng), Math.min(...lat), Math.max(...lng), Math.max(...lat)]
}

/** Part of the outline from one vertex to another, along the ring. */
function riverLine(outline: readonly Position[], from: Position, to: Position): Position[] {
  const ring = outline.slice(0, -1)
  const index = (p: Position) => ring.findIndex(([lng, lat]) => lng === p[0] && lat === p[1])
  const first = index(from)
  const last = index(to)
  if (first < 0 || last < 0)
    throw new RangeError('expected both ends of a river to be vertices of the outline')
  const line: Position[] = []
  for (let i = first; ; i = (i + 1) % ring.length) {
    line.push(ring[i])
    if (i === last) return line
  }
}

/** Adds a line of points in metres, rounded to the grid. */
export function addLine(
  segments: Segments,
  plane: Plane,
  line: readonly Position[],
  kind: number,
  id: number,
): void {
  let lastX = 0
  let lastY = 0
  line.forEach(([x, y], i) => {
    const gx = Math.round(x / plane.stepX)
    const gy = Math.round(y / plane.stepY)
    if (i > 0 && (gx !== lastX || gy !== lastY)) {
      segments.ax.push(lastX)
      segments.ay.push(lastY)
      segments.bx.push(gx)
      segments.by.push(gy)
      segments.kind.push(kind)
      segments.line.push(id)
    }
    lastX = gx
    lastY = gy
  })
}

/** A cheap test whether a point is inside the outline or within a kilometre of it, by a coarse raster. */
function nearTest(outline: readonly Position[]): (x: number, y: number) => boolean {
  const known = new Map<number, boolean>()
  const line = [...outline, outline[0]]
  return (x, y) => {
    const c = Math.floor(x / 400)
    const r = Math.floor(y / 400)
    const key = (c + 5000) * 10000 + r + 5000
    let is = known.get(key)
    if (is === undefined) {
      const px = (c + 0.5) * 400
      const py = (r + 0.5) * 400
      is = insideRing(outline, px, py) || lineDistance(line, px, py) < 700
      known.set(key, is)
    }
    return is
  }
}

function settlementDensity(manifest: GroundManifest, plane: Plane): (x: number, y: number) => number {
  const centres: { x: number; y: number; spread: number; amount: number }[] = []
  if (manifest.town) {
    const [x, y] = plane.toPlane(manifest.town.centre)
    centres.push({ x, y, spread: 750, amount: manifest.town.share * manifest.people.households })
  }
  for (const seat of manifest.seats) {
    const [x, y] = plane.toPlane(seat.centre)
    centres.push({ x, y, spread: 250, amount: seat.households })
  }
  return (x, y) => {
    let sum = 25e-6
    for (const c of centres) {
      const d2 = (x - c.x) ** 2 + (y - c.y) ** 2
      sum += (c.amount / (2 * Math.PI * c.spread ** 2)) * Math.exp(-d2 / (2 * c.spread ** 2))
    }
    return sum
  }
}

type Built = Pick<Ground, 'versions' | 'levels' | 'areas' | 'lineage' | 'cells'>

function buildAreas(
  manifest: GroundManifest,
  plane: Plane,
  arrangement: Arrangement,
  ofFace: Int32Array,
  atoms: Atoms,
  households: Float64Array,
  random: Random,
  progress: (share: number, stage: string) => void,
): Built {
  const step = { x: plane.stepX, y: plane.stepY }
  const city: Territory = {
    level: 'city',
    code: manifest.city.divisionCode ?? manifest.city.code,
    name: manifest.city.name,
    parent: null,
    urbanRural: null,
    atoms: Array.from({ length: atoms.count }, (_, i) => i),
    households: manifest.people.households,
  }
  const nearest = (division: Division) => {
    if (!division.centre) throw new RangeError(`expected ${division.code} to have a centre or children`)
    const [x, y] = plane.toPlane(division.centre)
    let best = 0
    for (let i = 1; i < atoms.count; i++) {
      if ((atoms.x[i] - x) ** 2 + (atoms.y[i] - y) ** 2 < (atoms.x[best] - x) ** 2 + (atoms.y[best] - y) ** 2)
        best = i
    }
    return best
  }
  const levels: Territory[][] = [[city]]
  if (manifest.divisions.length > 0) {
    levels.push(
      ...placeDivisions(
        atoms,
        households,
        manifest.divisions,
        manifest.divisionLevels.map(({ level }) => level),
        city,
        nearest,
        random.fork('divisions'),
      ),
    )
  }
  for (const [i, generated] of manifest.generatedLevels.entries()) {
    progress(0.55 + 0.1 * i, generated.level)
    levels.push(
      divide(
        arrangement,
        atoms,
        step,
        households,
        levels[levels.length - 1],
        generated,
        random.fork(generated.level),
      ),
    )
  }
  const finest = levels[levels.length - 1]

  // People: the urban share comes out exactly, the rest by households.
  const population = populate(manifest, finest)

  // Patrol: districts and squads as unions of the coarsest generated areas.
  progress(0.8, 'patrol')
  const patrolUnits = levels[manifest.divisionLevels.length + 1]
  const patrol = manifest.patrol
    ? buildPatrol(manifest.patrol, arrangement, ofFace, atoms, patrolUnits, city, step, random.fork('patrol'))
    : null

  // Numbers and polygons.
  progress(0.85, 'polygons')
  const cellOfAtom = new Int32Array(atoms.count)
  finest.forEach((t, i) => {
    for (const a of t.atoms) cellOfAtom[a] = i
  })
  const cellLabel = ofFace.map((a) => (a < 0 ? -1 : cellOfAtom[a]))
  const ring = manifest.outline.slice(0, -1).map(plane.toPlane)
  const pinned = pinVertices(
    arrangement,
    ring.map(([x]) => Math.round(x / plane.stepX)),
    ring.map(([, y]) => Math.round(y / plane.stepY)),
  )
  const needed = neededVertices(arrangement, cellLabel, pinned, plane.stepX, plane.stepY, 0.25)
  const positions = Array.from(arrangement.x, (gx, v) => plane.fromGrid(gx, arrangement.y[v]))

  const areas: Area[] = []
  const cells: Cell[] = []
  const lineage: AreaLineage[] = []
  const areaLevels: AreaLevel[] = []
  const { version } = manifest.version
  const earlier = manifest.earlier
  const populationOf = (t: Territory, of: Map<number, number>) => {
    let sum = 0
    const seen = new Set<number>()
    for (const a of t.atoms) {
      const c = cellOfAtom[a]
      if (!seen.has(c)) {
        seen.add(c)
        sum += of.get(c) ?? 0
      }
    }
    return sum
  }
  const cellPopulation = new Map(population.map((p, i) => [i, p]))
  const addLevel = (
    territories: readonly Territory[],
    about: { version: string; hierarchy: Area['hierarchy']; synthetic: boolean },
    parentId: (t: Territory) => number | null,
  ): number[] => {
    const ofAtom = new Int32Array(atoms.count).fill(-1)
    territories.forEach((t, i) => {
      for (const a of t.atoms) ofAtom[a] = i
    })
    const label = ofFace.map((a) => (a < 0 ? -1 : ofAtom[a]))
    const polygons = polygonsOf(arrangement, label, territories.length, needed)
    return territories.map((t, i) => {
      const closed = polygons[i].map((polygon) =>
        polygon.map((vertices) => [...vertices, vertices[0]].map((v): Position => positions[v])),
      )
      const largest = polygons[i][0].map((vertices) =>
        vertices.map((v): Position => [arrangement.x[v] * plane.stepX, arrangement.y[v] * plane.stepY]),
      )
      const [cx, cy] = visualCentre(largest)
      const id = areas.length + 1
      areas.push({
        id,
        ...about,
        level: t.level,
        code: t.code,
        name: t.name,
        parentId: parentId(t),
        squadId: null,
        population: populationOf(t, cellPopulation),
        households: Math.round(t.households),
        urbanRural: t.urbanRural,
        labelPoint: plane.fromGrid(Math.round(cx / plane.stepX), Math.round(cy / plane.stepY)),
        polygons: closed,
      })
      return id
    })
  }
  const idOf = new Map<Territory, number>()
  const parentOf = (t: Territory) => (t.parent ? (idOf.get(t.parent) ?? null) : null)
  levels.forEach((territories, rank) => {
    const ids = addLevel(territories, { version, hierarchy: 'administration', synthetic: rank > 0 }, parentOf)
    territories.forEach((t, i) => {
      idOf.set(t, ids[i])
    })
  })
  const levelNames = [
    { level: 'city', name: manifest.cityLevel },
    ...manifest.divisionLevels,
    ...manifest.generatedLevels.map(({ level, name }) => ({ level, name })),
  ]
  levelNames.forEach(({ level, name }, rank) => {
    areaLevels.push({ version, hierarchy: 'administration', level, rank, name })
  })
  const cellAreas: number[][] = finest.map((t) => {
    const chain: number[] = []
    for (let at: Territory | null = t; at; at = at.parent) chain.push(idOf.get(at) ?? 0)
    return chain.reverse()
  })
  if (patrol) {
    for (const [rank, territories] of [patrol.districts, patrol.squads].entries()) {
      const ids = addLevel(territories, { version, hierarchy: 'patrol', synthetic: true }, parentOf)
      territories.forEach((t, i) => {
        idOf.set(t, ids[i])
        const inside = new Set(t.atoms.map((a) => cellOfAtom[a]))
        for (const c of inside) cellAreas[c].push(ids[i])
      })
      areaLevels.push({
        version,
        hierarchy: 'patrol',
        level: territories[0].level,
        rank: rank + 1,
        name: rank === 0 ? { zh: '巡区', en: 'District' } : { zh: '中队', en: 'Squad' },
      })
    }
    const squadOfAtom = new Int32Array(atoms.count)
    for (const squad of patrol.squads) for (const a of squad.atoms) squadOfAtom[a] = idOf.get(squad) ?? 0
    for (const territories of levels.slice(manifest.divisionLevels.length + 1)) {
      for (const t of territories) areas[(idOf.get(t) ?? 0) - 1].squadId = squadOfAtom[t.atoms[0]]
    }
  }
  if (earlier) {
    const at = levelNames.findIndex(({ level }) => level === earlier.level)
    const old = buildEarlier(
      manifest,
      earlier,
      arrangement,
      ofFace,
      atoms,
      levels,
      at,
      step,
      random.fork('earlier'),
    )
    old.levels.forEach((territories, rank) => {
      const ids = addLevel(
        territories,
        { version: earlier.version, hierarchy: 'administration', synthetic: rank > 0 },
        parentOf,
      )
      territories.forEach((t, i) => {
        idOf.set(t, ids[i])
        const inside = new Set(t.atoms.map((a) => cellOfAtom[a]))
        for (const c of inside) cellAreas[c].push(ids[i])
      })
      areaLevels.push({
        version: earlier.version,
        hierarchy: 'administration',
        level: levelNames[rank].level,
        rank,
        name: levelNames[rank].name,
      })
    })
    for (const { from, to, relation } of old.lineage) {
      lineage.push({ fromId: idOf.get(from) ?? 0, toId: idOf.get(to) ?? 0, relation })
    }
  }
  finest.forEach((t, i) => {
    cells.push({ id: idOf.get(t) ?? 0, areaIds: cellAreas[i].sort((a, b) => a - b) })
  })
  const versions: Ground['versions'] = [
    { ...manifest.version, validTo: null, synthetic: true },
    ...(earlier
      ? [
          {
            version: earlier.version,
            validFrom: earlier.validFrom,
            validTo: manifest.version.validFrom,
            synthetic: true,
            source: earlier.source,
          },
        ]
      : []),
  ]
  return { versions, levels: areaLevels, areas, lineage, cells }
}

/** People of each finest area: by households, with the published share in areas of an urban class. */
function populate(manifest: GroundManifest, finest: readonly Territory[]): number[] {
  const { population, urbanShare } = manifest.people
  const result = new Array<number>(finest.length).fill(0)
  const groups: number[][] = [[], []]
  finest.forEach((t, i) => {
    groups[urbanShare !== null && t.urbanRural?.startsWith('1') ? 0 : 1].push(i)
  })
  const urban = urbanShare === null ? 0 : Math.round(population * urbanShare)
  for (const [g, people] of [urban, population - urban].entries()) {
    const group = groups[g]
    if (group.length === 0) continue
    const parts = apportion(
      people,
      group.map((i) => finest[i].households + 1e-6),
    )
    group.forEach((i, k) => {
      result[i] = parts[k]
    })
  }
  return result
}

function buildPatrol(
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

type Earlier = NonNullable<GroundManifest['earlier']>

/** The earlier version: the same divisions, fewer areas at one level, as unions of today's finest areas. */
function buildEarlier(
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
    const centre = old.map(({ atoms: list }): [number, number] => {
      let sx = 0
      let sy = 0
      let sum = 0
      for (const a of list) {
        sx += atoms.x[a] * atoms.area[a]
        sy += atoms.y[a] * atoms.area[a]
        sum += atoms.area[a]
      }
      return [sx / sum, sy / sum]
    })
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

function placeholderRoads(manifest: GroundManifest, plane: Plane, arrangement: Arrangement): Ground['roads'] {
  const { x, y, origin, star, starOffset } = arrangement
  const nearest = (p: Position) => {
    const [px, py] = plane.toPlane(p)
    let best = 0
    let least = Number.POSITIVE_INFINITY
    for (let v = 0; v < x.length; v++) {
      const d = (x[v] * plane.stepX - px) ** 2 + (y[v] * plane.stepY - py) ** 2
      if (d < least) {
        least = d
        best = v
      }
    }
    return best
  }
  const centre = manifest.town?.centre ?? manifest.outline[0]
  const cost = new Float64Array(x.length).fill(Number.POSITIVE_INFINITY)
  const via = new Int32Array(x.length).fill(-1)
  const heap = new Heap()
  const start = nearest(centre)
  cost[start] = 0
  heap.push(0, start)
  const length = (h: number) =>
    Math.hypot(
      (x[origin[h]] - x[origin[h ^ 1]]) * plane.stepX,
      (y[origin[h]] - y[origin[h ^ 1]]) * plane.stepY,
    )
  while (heap.size > 0) {
    const key = heap.least
    const v = heap.pop()
    if (key > cost[v]) continue
    for (let k = starOffset[v]; k < starOffset[v + 1]; k++) {
      const h = star[k]
      const to = origin[h ^ 1]
      const c = cost[v] + length(h)
      if (c < cost[to]) {
        cost[to] = c
        via[to] = h
        heap.push(c, to)
      }
    }
  }
  const used = new Set<number>()
  const leaves = manifest.divisions.flatMap((d) => (d.children.length ? d.children : [d]))
  for (const { centre: place } of leaves) {
    if (!place) continue
    for (let v = nearest(place); via[v] >= 0 && !used.has(via[v]); v = origin[via[v]]) used.add(via[v])
  }
  return [...used].map((h, i) => ({
    id: i + 1,
    class: 'secondary' as const,
    name: null,
    speedKmh: 40,
    fromNode: origin[h] + 1,
    toNode: origin[h ^ 1] + 1,
    lengthM: length(h),
    line: [plane.fromGrid(x[origin[h]], y[origin[h]]), plane.fromGrid(x[origin[h ^ 1]], y[origin[h ^ 1]])],
    synthetic: true,
  }))
}
