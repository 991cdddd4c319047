/**
 * The physical side of a city: terrain, streams, streets, country roads, town blocks and the rural mesh, all arranged
 * into atoms, and the households that live on them.
 */
import { createNoise2D } from 'simplex-noise'
import type { Names, Position, RoadClass } from '../../city.ts'
import { apportion, createRandom, type Random } from '../../random.ts'
import { type Arrangement, arrange, emptySegments, lineKind, type Segments } from './arrangement.ts'
import { type Atoms, graphOf, joinFaces } from './atoms.ts'
import { type Hamlet, placeHamlets } from './hamlets.ts'
import type { Division, GroundManifest } from './manifest.ts'
import { scatter, wanderingEdges } from './mesh.ts'
import { divideBlock } from './parcels.ts'
import { createPlane, insideRing, lineDistance, type Plane } from './plane.ts'
import { type Destination, planRoads } from './routes.ts'
import { growStreets, type Street } from './streets.ts'
import { buildTerrain, ridgesOf, streamsOf, type Terrain, trendOf } from './terrain.ts'

/** What a line of the arrangement is. */
export type Feature =
  | { type: 'road'; class: RoadClass; name: Names | null }
  | { type: 'stream'; drainedKm2: number; line: Position[] }

/** A block of a town or seat, enclosed by streets. */
export interface TownBlock {
  /** Not closed, counter-clockwise, metres. */
  ring: Position[]
  area: number
  x: number
  y: number
  /** 0 is the town, others are seats. */
  patch: number
  use: 'residential' | 'open'
  households: number
}

export interface Landscape {
  plane: Plane
  /** Outline, not closed, counter-clockwise, metres. */
  outline: Position[]
  terrain: Terrain
  box: { minX: number; minY: number; maxX: number; maxY: number }
  features: Feature[]
  arrangement: Arrangement
  ofFace: Int32Array
  atoms: Atoms
  /** By atom. */
  households: Float64Array
  blocks: TownBlock[]
  /** Block of each atom, or -1. */
  blockOfAtom: Int32Array
  hamlets: Hamlet[]
  /** Hamlet of each atom with households outside blocks, or -1. */
  hamletOfAtom: Int32Array
  inside: (x: number, y: number) => boolean
  /** Block kept free for each key site of the manifest, or -1. */
  siteBlock: number[]
}

interface Patch {
  x: number
  y: number
  radius: number
  households: number
  inside: (x: number, y: number) => boolean
}

export function buildLandscape(
  manifest: GroundManifest,
  seed: number,
  progress: (share: number, stage: string) => void,
): Landscape {
  const random = createRandom(seed, `ground/${manifest.city.code}/landscape`)
  const lng = manifest.outline.map((p) => p[0])
  const lat = manifest.outline.map((p) => p[1])
  const plane = createPlane([
    (Math.min(...lng) + Math.max(...lng)) / 2,
    (Math.min(...lat) + Math.max(...lat)) / 2,
  ])
  const outline = manifest.outline.slice(0, -1).map(plane.toPlane)
  const closed = [...outline, outline[0]]
  const xs = outline.map(([x]) => x)
  const ys = outline.map(([, y]) => y)
  const margin = 2400
  const box = {
    minX: Math.min(...xs) - margin,
    minY: Math.min(...ys) - margin,
    maxX: Math.max(...xs) + margin,
    maxY: Math.max(...ys) + margin,
  }
  const border = borderRaster(outline, closed, box)
  const inside = (x: number, y: number) => border(x, y) > 0
  const rivers = manifest.rivers.map((river) => ({
    line: alongOutline(manifest.outline, river.from, river.to).map(plane.toPlane),
    elevation: river.elevation,
    widthM: river.widthM,
  }))
  /** Metres of dry land to the nearest border, where it is a river to its bank; negative outside and in the water. */
  const dryLand = (x: number, y: number) => {
    const land = border(x, y)
    if (land > 400 || land < 0) return land
    let least = land
    for (const { line, widthM } of rivers) least = Math.min(least, lineDistance(line, x, y) - widthM / 2)
    return least
  }

  progress(0, 'terrain')
  const centres = patchCentres(manifest, plane)
  const terrain = buildTerrain(
    {
      box,
      cell: 80,
      trend: trendOf(
        manifest.elevation.map(([a, b, metres]): [number, number, number] => [
          ...plane.toPlane([a, b]),
          metres,
        ]),
      ),
      rivers,
      freedom: (x, y) => {
        let free = 1
        for (const c of centres) {
          free = Math.min(free, Math.max(0, (Math.hypot(x - c.x, y - c.y) / c.radius - 0.75) / 0.7))
        }
        return free
      },
    },
    random.fork('terrain'),
  )

  progress(0.22, 'streets')
  const features: Feature[] = []
  const lines: { line: Position[]; kind: number; feature: number }[] = []
  const noise = createNoise2D(random.fork('regions').next)
  const patches = centres.map((c): Patch => {
    const reach = c.radius
    return {
      ...c,
      inside: (x, y) => {
        const d = Math.hypot(x - c.x, y - c.y)
        if (d > reach * 1.35) return false
        const wobble = 1 + 0.22 * noise(x / (reach * 0.5), y / (reach * 0.5)) + 0.1 * noise(x / 260, y / 260)
        return d < reach * wobble && dryLand(x, y) > 22
      },
    }
  })
  const built = new Set<Patch>()
  const inPatch = (x: number, y: number) => patches.some((patch) => built.has(patch) && patch.inside(x, y))
  const streetPoints: Position[] = []
  patches.forEach((patch, p) => {
    const streets = growStreets(
      {
        inside: patch.inside,
        angle: directionField(closed, patch, terrain, noise),
        spacing: (x, y) => 92 + 34 * noise(x / 450 + 40, y / 450) + 14 * noise(x / 130, y / 130 + 8),
        start: [patch.x, patch.y],
      },
      p === 0 && manifest.town ? [560, 250, null] : [260, 120, null],
      random.fork(`streets/${p}`),
    )
    if (streets.length > 0) built.add(patch)
    const nameOf = p === 0 && manifest.town ? nameStreets(manifest, plane, streets) : new Map<Street, Names>()
    for (const street of streets) {
      features.push({
        type: 'road',
        class: street.rank === 0 ? 'primary' : street.rank === 1 ? 'secondary' : 'residential',
        name: nameOf.get(street) ?? null,
      })
      lines.push({ line: thinLine(street.line, 0.8), kind: lineKind.street, feature: features.length - 1 })
      streetPoints.push(...street.line)
    }
  })

  progress(0.3, 'roads')
  // The raster's straight ways are bent a little, all by the same field, so that what met still meets.
  const bend = ([x, y]: Position): Position => {
    const reach = 42 * Math.min(1, Math.max(0, (dryLand(x, y) - 40) / 160))
    return [x + reach * noise(x / 330 + 11, y / 330), y + reach * noise(x / 330, y / 330 + 23)]
  }
  const streams = streamsOf(terrain, 1.3e6, inside)
  const hamlets = placeHamlets(
    terrain,
    (x, y) => dryLand(x, y) > 45 && !inPatch(x, y),
    manifest.hamlets,
    430,
    random.fork('hamlets'),
  )
  const destinations: (Destination & { name: Names | null })[] = [
    ...manifest.gateways.map(({ near, road }) => ({
      ...place(plane, near),
      class: 'trunk' as const,
      name: road,
    })),
    ...centres.slice(1).map((c) => ({ x: c.x, y: c.y, class: 'primary' as const, name: null })),
    ...leavesOf(manifest.divisions).flatMap(({ centre }) =>
      centre ? [{ ...place(plane, centre), class: 'secondary' as const, name: null }] : [],
    ),
    ...hamlets.map(({ x, y, size }) => ({
      x,
      y,
      class: size > 1.3 ? ('residential' as const) : ('track' as const),
      name: null,
    })),
  ]
  const root: Position = centres.length > 0 ? [centres[0].x, centres[0].y] : [hamlets[0].x, hamlets[0].y]
  const routes = planRoads(terrain, (x, y) => dryLand(x, y) > 40, root, destinations, random.fork('roads'))
  for (const route of routes) {
    const name = route.class === 'trunk' ? destinations[route.leadsTo].name : null
    for (const run of runsOutside(route.line.map(bend), inPatch)) {
      // Where the road comes to a town it joins the nearest street.
      const line = [
        ...(run.cutStart ? nearestOf(streetPoints, run.line[0]) : []),
        ...run.line,
        ...(run.cutEnd ? nearestOf(streetPoints, run.line[run.line.length - 1]) : []),
      ]
      features.push({ type: 'road', class: route.class, name })
      lines.push({ line, kind: lineKind.road, feature: features.length - 1 })
    }
  }

  progress(0.38, 'blocks')
  const first = emptySegments()
  addLine(first, plane, closed, lineKind.outline, -1)
  for (const { line, kind, feature } of lines) addLine(first, plane, line, kind, feature)
  const blocks = findBlocks(arrangeStreets(first, plane, closed, lines), plane, patches)
  const blockAt = blockRaster(blocks, patches)
  const siteBlock = reserveBlocks(manifest, plane, blocks)
  const { total, town } = settle(manifest, blocks, patches, noise, random.fork('households'))

  for (const stream of streams) {
    for (const run of runsOutside(stream.line.map(bend), inPatch)) {
      features.push({ type: 'stream', drainedKm2: stream.drained / 1e6, line: run.line })
      lines.push({ line: run.line, kind: lineKind.stream, feature: features.length - 1 })
    }
  }

  for (const ridge of ridgesOf(terrain, 2.2e6, inside)) {
    for (const run of runsOutside(ridge.map(bend), inPatch))
      lines.push({ line: run.line, kind: lineKind.ridge, feature: -1 })
  }

  progress(0.42, 'mesh')
  const segments = emptySegments()
  addLine(segments, plane, closed, lineKind.outline, -1)
  for (const { line, kind, feature } of lines) addLine(segments, plane, line, kind, feature)
  const parcelRandom = random.fork('parcels')
  for (const block of blocks) {
    const pieces = Math.round(
      block.use === 'open'
        ? Math.max(1, block.area / 9000)
        : Math.min(block.area / 950, Math.max(block.households / 4.3, block.area / 2600)),
    )
    for (const cut of divideBlock(block.ring, pieces, parcelRandom))
      addLine(segments, plane, cut, lineKind.parcel, -1)
  }
  const spacing = ruralSpacing(hamlets, patches)
  const extent = {
    minX: box.minX + 1300,
    minY: box.minY + 1300,
    maxX: box.maxX - 1300,
    maxY: box.maxY - 1300,
  }
  const meshRandom = random.fork('mesh')
  const given = sitesOnLines(
    lines.filter(({ kind }) => kind !== lineKind.street).map(({ line }) => line),
    spacing,
    meshRandom,
  )
  const sites = scatter(
    {
      ...extent,
      least: 58,
      most: 300,
      spacing,
      allowed: (x, y) => border(x, y) > -650 && blockAt(x, y) < 0,
      given,
    },
    meshRandom,
  )
  for (const line of wanderingEdges(sites, extent, 0.4, 55, meshRandom)) {
    addLine(segments, plane, line, lineKind.mesh, -1)
  }
  const { stepX, stepY } = plane
  const arrangement = arrange(
    segments,
    (kind, gx, gy) => kind === lineKind.mesh && blockAt(gx * stepX, gy * stepY) >= 0,
  )
  const { ofFace, count } = joinFaces(arrangement, stepX, stepY, (x, y) =>
    blockAt(x, y) >= 0 ? 920 : 0.16 * spacing(x, y) ** 2,
  )
  const atoms = graphOf(arrangement, ofFace, count, stepX, stepY)

  progress(0.5, 'people')
  const blockOfAtom = Int32Array.from({ length: count }, (_, i) => blockAt(atoms.x[i], atoms.y[i]))
  const people = settleAtoms(atoms, blocks, blockOfAtom, hamlets, total, town, random.fork('atoms'))
  return {
    plane,
    outline,
    terrain,
    box,
    features,
    arrangement,
    ofFace,
    atoms,
    blocks,
    blockOfAtom,
    hamlets,
    inside,
    siteBlock,
    ...people,
  }
}

const place = (plane: Plane, position: Position) => {
  const [x, y] = plane.toPlane(position)
  return { x, y }
}

function leavesOf(divisions: readonly Division[]): Division[] {
  return divisions.flatMap((division) =>
    division.children.length > 0 ? leavesOf(division.children) : [division],
  )
}

function patchCentres(manifest: GroundManifest, plane: Plane) {
  const centres: { x: number; y: number; radius: number; households: number }[] = []
  if (manifest.town) {
    const { centre, radius, share } = manifest.town
    centres.push({ ...place(plane, centre), radius, households: share * manifest.people.households })
  }
  for (const { centre, households } of manifest.seats) {
    centres.push({ ...place(plane, centre), radius: 12 * Math.sqrt(households) + 40, households })
  }
  return centres
}

/** Main streets get the names: one after which a community is called runs through it, the rest go by length. */
function nameStreets(manifest: GroundManifest, plane: Plane, streets: readonly Street[]): Map<Street, Names> {
  const named = new Map<Street, Names>()
  const main = streets.filter(({ rank }) => rank < 2).sort((a, b) => b.line.length - a.line.length)
  const leaves = leavesOf(manifest.divisions)
  const rest: Names[] = []
  for (const name of manifest.town?.streetNames ?? []) {
    const home = leaves.find((leaf) => leaf.centre && leaf.name.zh.startsWith(name.zh.slice(0, 2)))
    if (!home?.centre) {
      rest.push(name)
      continue
    }
    const [x, y] = plane.toPlane(home.centre)
    let best: Street | null = null
    let least = Number.POSITIVE_INFINITY
    for (const street of main) {
      const d = lineDistance(street.line, x, y) - 1.5 * street.line.length
      if (named.has(street) || d >= least) continue
      least = d
      best = street
    }
    if (best) named.set(best, name)
  }
  for (const street of main) {
    if (named.has(street)) continue
    const name = rest.shift()
    if (!name) break
    named.set(street, name)
  }
  return named
}

/** Part of the outline from one vertex to another, along the ring. */
export function alongOutline(outline: readonly Position[], from: Position, to: Position): Position[] {
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

/** Distance from the outline, positive inside, negative outside, capped: exact near it, from a raster elsewhere. */
function borderRaster(
  outline: readonly Position[],
  closed: readonly Position[],
  box: Landscape['box'],
): (x: number, y: number) => number {
  const cell = 150
  const columns = Math.ceil((box.maxX - box.minX) / cell) + 1
  const rows = Math.ceil((box.maxY - box.minY) / cell) + 1
  const known = new Float32Array(columns * rows).fill(Number.NaN)
  return (x, y) => {
    const c = Math.round((x - box.minX) / cell)
    const r = Math.round((y - box.minY) / cell)
    if (c < 0 || r < 0 || c >= columns || r >= rows) return -1e6
    const at = r * columns + c
    if (Number.isNaN(known[at])) {
      const px = box.minX + c * cell
      const py = box.minY + r * cell
      known[at] = lineDistance(closed, px, py) * (insideRing(outline, px, py) ? 1 : -1)
    }
    if (Math.abs(known[at]) > 260) return known[at]
    return lineDistance(closed, x, y) * (insideRing(outline, x, y) ? 1 : -1)
  }
}

/** Adds a line of points in metres, rounded to the grid. */
function addLine(
  segments: Segments,
  plane: Plane,
  line: readonly Position[],
  kind: number,
  feature: number,
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
      segments.line.push(feature)
    }
    lastX = gx
    lastY = gy
  })
}

/** Leaves out points that lie within the tolerance of the straight way (Douglas–Peucker). */
export function thinLine(line: readonly Position[], tolerance: number): Position[] {
  const keep = new Uint8Array(line.length)
  keep[0] = 1
  keep[line.length - 1] = 1
  const open: [number, number][] = [[0, line.length - 1]]
  for (let range = open.pop(); range; range = open.pop()) {
    const [first, last] = range
    let far = -1
    let farthest = tolerance
    for (let i = first + 1; i < last; i++) {
      const d = lineDistance([line[first], line[last]], line[i][0], line[i][1])
      if (d > farthest) {
        farthest = d
        far = i
      }
    }
    if (far < 0) continue
    keep[far] = 1
    open.push([first, far], [far, last])
  }
  return line.filter((_, i) => keep[i])
}

/** Along banks (the outline) where it is near, along the slope elsewhere, with a slow drift. */
function directionField(
  closed: readonly Position[],
  patch: { x: number; y: number; radius: number },
  terrain: Terrain,
  noise: (x: number, y: number) => number,
): (x: number, y: number) => number {
  const banks: { x: number; y: number; c: number; s: number }[] = []
  for (let i = 1; i < closed.length; i++) {
    const [ax, ay] = closed[i - 1]
    const [bx, by] = closed[i]
    const angle = 4 * Math.atan2(by - ay, bx - ax)
    const steps = Math.max(1, Math.round(Math.hypot(bx - ax, by - ay) / 80))
    for (let s = 0; s < steps; s++) {
      const x = ax + ((bx - ax) * (s + 0.5)) / steps
      const y = ay + ((by - ay) * (s + 0.5)) / steps
      if (Math.hypot(x - patch.x, y - patch.y) > patch.radius + 1200) continue
      banks.push({ x, y, c: Math.cos(angle), s: Math.sin(angle) })
    }
  }
  const reach = 300
  const gx = terrain.heightAt(patch.x + reach, patch.y) - terrain.heightAt(patch.x - reach, patch.y)
  const gy = terrain.heightAt(patch.x, patch.y + reach) - terrain.heightAt(patch.x, patch.y - reach)
  const slope = 4 * Math.atan2(gy, gx)
  const base = 3 / 700 ** 2
  return (x, y) => {
    let c = base * Math.cos(slope)
    let s = base * Math.sin(slope)
    for (const bank of banks) {
      const w = 1 / ((bank.x - x) ** 2 + (bank.y - y) ** 2 + 200 ** 2)
      c += w * bank.c
      s += w * bank.s
    }
    return Math.atan2(s, c) / 4 + 0.16 * noise(x / 700 + 5, y / 700)
  }
}

/** The parts of a line that lie outside the towns, and at which ends they were cut. */
function runsOutside(line: readonly Position[], inPatch: (x: number, y: number) => boolean) {
  const runs: { line: Position[]; cutStart: boolean; cutEnd: boolean }[] = []
  let run: Position[] = []
  let cutStart = false
  line.forEach(([x, y]) => {
    if (inPatch(x, y)) {
      if (run.length > 1) runs.push({ line: run, cutStart, cutEnd: true })
      run = []
      cutStart = true
    } else {
      run.push([x, y])
    }
  })
  if (run.length > 1) runs.push({ line: run, cutStart, cutEnd: false })
  return runs
}

function nearestOf(points: readonly Position[], [x, y]: Position): Position[] {
  let best = -1
  let least = Number.POSITIVE_INFINITY
  points.forEach((p, i) => {
    const d = (p[0] - x) ** 2 + (p[1] - y) ** 2
    if (d < least) {
      least = d
      best = i
    }
  })
  return best < 0 ? [] : [points[best]]
}

/**
 * Only what hangs together with the outline has faces, so streets that do not are tied to what does by a thread where
 * they come nearest; a thread between two parts divides no block.
 */
function arrangeStreets(
  segments: Segments,
  plane: Plane,
  closed: readonly Position[],
  lines: readonly { line: Position[]; kind: number; feature: number }[],
): Arrangement {
  for (let threads = 0; ; threads++) {
    const arrangement = arrange(segments)
    const present = new Set(arrangement.lines.flat())
    for (const spur of arrangement.spurs) for (const line of spur.lines) present.add(line)
    const streets = lines.filter(({ kind }) => kind === lineKind.street)
    const missing = streets.filter(({ feature }) => !present.has(feature)).flatMap(({ line }) => line)
    if (missing.length === 0 || threads === 12) return arrangement
    const there = [
      ...closed,
      ...streets.filter(({ feature }) => present.has(feature)).flatMap(({ line }) => line),
    ]
    let thread: [Position, Position] | null = null
    let least = Number.POSITIVE_INFINITY
    for (const p of missing) {
      for (const q of there) {
        const d = (p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2
        if (d < least) {
          least = d
          thread = [p, q]
        }
      }
    }
    if (thread) addLine(segments, plane, thread, lineKind.mesh, -1)
  }
}

/** Faces between streets that are small enough and lie in a town. */
function findBlocks(arrangement: Arrangement, plane: Plane, patches: readonly Patch[]): TownBlock[] {
  const { faceCount, faceEdge, next, origin, x, y } = arrangement
  const blocks: TownBlock[] = []
  for (let f = 1; f < faceCount; f++) {
    const ring: Position[] = []
    let h = faceEdge[f]
    do {
      ring.push([x[origin[h]] * plane.stepX, y[origin[h]] * plane.stepY])
      h = next[h]
    } while (h !== faceEdge[f])
    let area = 0
    let mx = 0
    let my = 0
    let perimeter = 0
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const cross = (ring[j][0] * ring[i][1] - ring[i][0] * ring[j][1]) / 2
      area += cross
      mx += (cross * (ring[j][0] + ring[i][0])) / 3
      my += (cross * (ring[j][1] + ring[i][1])) / 3
      perimeter += Math.hypot(ring[i][0] - ring[j][0], ring[i][1] - ring[j][1])
    }
    const cx = mx / area
    const cy = my / area
    const patch = patches.findIndex((p) => p.inside(cx, cy))
    if (patch < 0 || area > 70_000 || area < 300 || (4 * Math.PI * area) / perimeter ** 2 < 0.14) continue
    blocks.push({ ring, area, x: cx, y: cy, patch, use: 'residential', households: 0 })
  }
  return blocks
}

/** Which block a place lies in, -1 for none, from rasters of 6 m over the towns. */
function blockRaster(
  blocks: readonly TownBlock[],
  patches: readonly Patch[],
): (x: number, y: number) => number {
  const cell = 6
  const sheets = patches.map((patch, p) => {
    const reach = patch.radius * 1.4
    const size = Math.ceil((2 * reach) / cell)
    const minX = patch.x - reach
    const minY = patch.y - reach
    const of = new Int32Array(size * size).fill(-1)
    blocks.forEach((block, b) => {
      if (block.patch !== p) return
      const bx = block.ring.map(([x]) => x)
      const by = block.ring.map(([, y]) => y)
      const c0 = Math.max(0, Math.floor((Math.min(...bx) - minX) / cell))
      const c1 = Math.min(size - 1, Math.ceil((Math.max(...bx) - minX) / cell))
      const r0 = Math.max(0, Math.floor((Math.min(...by) - minY) / cell))
      const r1 = Math.min(size - 1, Math.ceil((Math.max(...by) - minY) / cell))
      for (let r = r0; r <= r1; r++) {
        for (let c = c0; c <= c1; c++) {
          if (insideRing(block.ring, minX + (c + 0.5) * cell, minY + (r + 0.5) * cell)) of[r * size + c] = b
        }
      }
    })
    return { minX, minY, size, of }
  })
  return (x, y) => {
    for (const { minX, minY, size, of } of sheets) {
      const c = Math.floor((x - minX) / cell)
      const r = Math.floor((y - minY) / cell)
      if (c >= 0 && r >= 0 && c < size && r < size && of[r * size + c] >= 0) return of[r * size + c]
    }
    return -1
  }
}

/** Sites that need ground of their own; the others stand by the road. */
const onBlocks = new Set([
  'school',
  'hospital',
  'station',
  'market',
  'square',
  'government',
  'factory',
  'park',
])

/** Keeps the nearest free block for each site that needs one. */
function reserveBlocks(manifest: GroundManifest, plane: Plane, blocks: TownBlock[]): number[] {
  return manifest.sites.map((site) => {
    if (!onBlocks.has(site.kind)) return -1
    const [x, y] = plane.toPlane(site.near)
    const roomy = site.kind === 'factory' || site.kind === 'park' || site.kind === 'station' ? 9000 : 4000
    let best = -1
    let least = 900
    blocks.forEach((block, b) => {
      if (block.use === 'open' || block.area < roomy) return
      const d = Math.hypot(block.x - x, block.y - y)
      if (d < least) {
        least = d
        best = b
      }
    })
    if (best >= 0) blocks[best].use = 'open'
    return best
  })
}

/** Shares the households of towns and seats out to their blocks: towers here, low houses there, squares between. */
function settle(
  manifest: GroundManifest,
  blocks: TownBlock[],
  patches: readonly Patch[],
  noise: (x: number, y: number) => number,
  random: Random,
): { total: number; town: number } {
  const total = manifest.people.households
  let town = 0
  patches.forEach((patch, p) => {
    const own = blocks.filter((block) => block.patch === p)
    const weights = own.map((block) => {
      const far = Math.hypot(block.x - patch.x, block.y - patch.y) / patch.radius
      const quarter = Math.exp(0.55 * noise(block.x / 420, block.y / 420 + 30))
      if (random.chance(0.035)) block.use = 'open'
      return block.use === 'open' ? 0 : block.area * (1.25 - 0.85 * far) * quarter * random.lognormal(0.28)
    })
    if (weights.every((w) => w === 0)) return
    town += patch.households
    // Even towers leave each household some ground: density stays below 1.7 times the mean.
    const land = own.reduce((sum, block) => sum + (block.use === 'open' ? 0 : block.area), 0)
    const densest = (1.7 * patch.households) / land
    for (let round = 0; round < 12; round++) {
      const sum = weights.reduce((a, b) => a + b, 0)
      own.forEach((block, i) => {
        block.households = (patch.households * weights[i]) / sum
        weights[i] = Math.min(block.households, densest * block.area)
      })
    }
  })
  return { total, town }
}

/** Wanted distance of the rural mesh's sites: close around hamlets and towns, wide in the hills. */
function ruralSpacing(
  hamlets: readonly Hamlet[],
  patches: readonly Patch[],
): (x: number, y: number) => number {
  const cell = 600
  const near = new Map<string, Hamlet[]>()
  for (const hamlet of hamlets) {
    const key = `${Math.floor(hamlet.x / cell)},${Math.floor(hamlet.y / cell)}`
    near.set(key, [...(near.get(key) ?? []), hamlet])
  }
  const around = new Map<number, Hamlet[]>()
  return (x, y) => {
    const c = Math.floor(x / cell)
    const r = Math.floor(y / cell)
    const key = (c + 4096) * 8192 + r + 4096
    let list = around.get(key)
    if (!list) {
      list = []
      for (let dc = -1; dc <= 1; dc++)
        for (let dr = -1; dr <= 1; dr++) list.push(...(near.get(`${c + dc},${r + dr}`) ?? []))
      around.set(key, list)
    }
    let distance = 900
    for (const h of list) {
      distance = Math.min(distance, Math.hypot(h.x - x, h.y - y) - 50 * Math.sqrt(h.size))
    }
    for (const p of patches) distance = Math.min(distance, Math.hypot(p.x - x, p.y - y) - p.radius)
    return 62 + 0.42 * Math.max(0, distance)
  }
}

/** Sites in the middle of roads and streams, so that these divide cells evenly instead of cutting corners off. */
function sitesOnLines(
  lines: readonly Position[][],
  spacing: (x: number, y: number) => number,
  random: Random,
): Position[] {
  const sites: Position[] = []
  const size = 30
  const taken = new Map<number, Position[]>()
  const key = (x: number, y: number) => (Math.floor(x / size) + 4096) * 8192 + Math.floor(y / size) + 4096
  for (const line of lines) {
    let since = 0
    for (let i = 1; i < line.length; i++) {
      const [x, y] = line[i]
      since += Math.hypot(x - line[i - 1][0], y - line[i - 1][1])
      const wanted = Math.min(300, spacing(x, y)) * 1.15
      if (since < wanted * random.between(0.85, 1.15)) continue
      const reach = wanted * 0.62
      let free = true
      for (let gx = x - reach; gx <= x + reach && free; gx += size) {
        for (let gy = y - reach; gy <= y + reach && free; gy += size) {
          for (const p of taken.get(key(gx, gy)) ?? [])
            if (Math.hypot(p[0] - x, p[1] - y) < reach) free = false
        }
      }
      if (!free) continue
      since = 0
      sites.push([x, y])
      const k = key(x, y)
      taken.set(k, [...(taken.get(k) ?? []), [x, y]])
    }
  }
  return sites
}

/** Whole households on atoms: in blocks by area, in the country around hamlets. */
function settleAtoms(
  atoms: Atoms,
  blocks: readonly TownBlock[],
  blockOfAtom: Int32Array,
  hamlets: readonly Hamlet[],
  total: number,
  town: number,
  random: Random,
): { households: Float64Array; hamletOfAtom: Int32Array } {
  const blockWeight = new Float64Array(blocks.length)
  const share = Float64Array.from({ length: atoms.count }, (_, i) => atoms.area[i] * random.lognormal(0.22))
  for (let i = 0; i < atoms.count; i++) if (blockOfAtom[i] >= 0) blockWeight[blockOfAtom[i]] += share[i]
  const weights = new Array<number>(atoms.count).fill(0)
  const hamletOfAtom = new Int32Array(atoms.count).fill(-1)
  let rural = 0
  const cell = 700
  const near = new Map<string, number[]>()
  hamlets.forEach((h, i) => {
    const key = `${Math.floor(h.x / cell)},${Math.floor(h.y / cell)}`
    near.set(key, [...(near.get(key) ?? []), i])
  })
  for (let i = 0; i < atoms.count; i++) {
    const b = blockOfAtom[i]
    if (b >= 0) {
      weights[i] = (blocks[b].households * share[i]) / blockWeight[b]
      continue
    }
    const c = Math.floor(atoms.x[i] / cell)
    const r = Math.floor(atoms.y[i] / cell)
    let best = 0
    for (let dc = -1; dc <= 1; dc++) {
      for (let dr = -1; dr <= 1; dr++) {
        for (const n of near.get(`${c + dc},${r + dr}`) ?? []) {
          const h = hamlets[n]
          const spread = 62 + 40 * Math.sqrt(h.size)
          const d2 = (h.x - atoms.x[i]) ** 2 + (h.y - atoms.y[i]) ** 2
          const w = share[i] * (Math.exp(-d2 / (2 * spread ** 2)) + 0.012 * Math.exp(-d2 / (2 * 420 ** 2)))
          weights[i] += w
          if (w > best) {
            best = w
            hamletOfAtom[i] = n
          }
        }
      }
    }
    rural += weights[i]
  }
  for (let i = 0; i < atoms.count; i++) if (blockOfAtom[i] < 0) weights[i] *= (total - town) / rural
  return { households: Float64Array.from(apportion(total, weights)), hamletOfAtom }
}
