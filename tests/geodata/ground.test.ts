import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Area, Ground, Position } from '../../geodata/city.ts'
import type { GroundManifest } from '../../geodata/demo/ground/manifest.ts'
import { generateGround } from '../../geodata/demo/ground.ts'
import { secondManifest, smallManifest } from '../../geodata/demo/secondPreset.ts'
import { shuifuManifest } from '../../geodata/demo/shuifu.ts'

const at = ([lng, lat]: Position) => `${Math.round(lng * 1e6)},${Math.round(lat * 1e6)}`

/** Twice the signed area in square micro-degrees: whole numbers, so that sums are exact. */
function doubleArea(area: Area): number {
  const [lng0, lat0] = area.polygons[0][0][0]
  let sum = 0
  for (const ring of area.polygons.flat()) {
    for (let i = 1; i < ring.length; i++) {
      const ax = Math.round((ring[i - 1][0] - lng0) * 1e6)
      const ay = Math.round((ring[i - 1][1] - lat0) * 1e6)
      const bx = Math.round((ring[i][0] - lng0) * 1e6)
      const by = Math.round((ring[i][1] - lat0) * 1e6)
      sum += ax * by - bx * ay
    }
  }
  return sum
}

const areasOf = (ground: Ground, version: string, level: string) =>
  ground.areas.filter((area) => area.version === version && area.level === level)

function count(ground: Ground): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { version, level } of ground.areas) {
    const key = `${version} ${level}`
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

/** Every level of every version tiles the city: each directed edge once, its reverse by one neighbour or the outside. */
function expectTiling(ground: Ground): void {
  const [city] = ground.areas
  const outside = new Set<string>()
  for (const ring of city.polygons.flat()) {
    for (let i = 1; i < ring.length; i++) outside.add(`${at(ring[i - 1])} ${at(ring[i])}`)
  }
  for (const { version, level } of ground.levels) {
    const edges = new Set<string>()
    for (const area of areasOf(ground, version, level)) {
      for (const ring of area.polygons.flat()) {
        expect(at(ring[0]), `${area.code} is closed`).toBe(at(ring[ring.length - 1]))
        for (let i = 1; i < ring.length; i++) {
          const edge = `${at(ring[i - 1])} ${at(ring[i])}`
          expect(edges.has(edge), `${version} ${level}: ${edge} is used once`).toBe(false)
          edges.add(edge)
        }
      }
    }
    let lonely = 0
    for (const edge of edges) {
      const [from, to] = edge.split(' ')
      if (edges.has(`${to} ${from}`)) continue
      lonely++
      expect(outside.has(edge), `${version} ${level}: ${edge} has a neighbour or lies on the outline`).toBe(
        true,
      )
    }
    expect(lonely, `${version} ${level} covers the whole outline`).toBe(outside.size)
  }
}

function expectHierarchy(ground: Ground): void {
  const byId = new Map(ground.areas.map((area) => [area.id, area]))
  expect(byId.size).toBe(ground.areas.length)
  const sums = new Map<string, { area: number; population: number; households: number }>()
  for (const area of ground.areas) {
    expect(doubleArea(area), `${area.code} has ground`).toBeGreaterThan(0)
    if (area.parentId === null) continue
    const parent = byId.get(area.parentId)
    expect(parent, `${area.code} has its parent`).toBeDefined()
    const key = `${area.parentId} ${area.level}`
    const sum = sums.get(key) ?? { area: 0, population: 0, households: 0 }
    sum.area += doubleArea(area)
    sum.population += area.population
    sum.households += area.households
    sums.set(key, sum)
  }
  for (const [key, sum] of sums) {
    const parent = byId.get(Number(key.split(' ')[0]))
    if (!parent) throw new Error(`no area ${key}`)
    expect(Math.abs(sum.area / doubleArea(parent) - 1)).toBeLessThan(1e-9)
    expect(sum.population).toBe(parent.population)
    expect(sum.households).toBe(parent.households)
  }
  // Every area but the finest has a child of the next level.
  for (const { version, hierarchy, level, rank } of ground.levels) {
    const finer = ground.levels.find(
      (l) => l.version === version && l.hierarchy === hierarchy && l.rank === rank + 1,
    )
    if (!finer) continue
    const parents = new Set(areasOf(ground, version, finer.level).map((area) => area.parentId))
    for (const area of areasOf(ground, version, level))
      expect(parents.has(area.id), `${area.code} has ${finer.level}s`).toBe(true)
  }
}

function expectConnectedRoads(ground: Ground): void {
  const next = new Map<number, number[]>()
  const places = new Map<number, string>()
  for (const road of ground.roads) {
    for (const [from, to] of [
      [road.fromNode, road.toNode],
      [road.toNode, road.fromNode],
    ]) {
      next.set(from, [...(next.get(from) ?? []), to])
    }
    expect(road.lengthM).toBeGreaterThan(0)
    for (const [node, place] of [
      [road.fromNode, at(road.line[0])],
      [road.toNode, at(road.line[road.line.length - 1])],
    ] as const) {
      expect(places.get(node) ?? place, 'a junction is one place').toBe(place)
      places.set(node, place)
    }
  }
  const open = [ground.roads[0].fromNode]
  const seen = new Set(open)
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const other of next.get(node) ?? []) {
      if (seen.has(other)) continue
      seen.add(other)
      open.push(other)
    }
  }
  expect(seen.size).toBe(next.size)
}

function expectCells(ground: Ground): void {
  const byId = new Map(ground.areas.map((area) => [area.id, area]))
  for (const cell of ground.cells) {
    const levels = cell.areaIds.map((id) => {
      const area = byId.get(id)
      return `${area?.version} ${area?.level}`
    })
    expect(cell.areaIds).toContain(cell.id)
    // Exactly one area of every level and version; the city once a version.
    expect(new Set(levels).size).toBe(levels.length)
    expect(levels.length).toBe(new Set(ground.levels.map((l) => `${l.version} ${l.level}`)).size)
  }
  for (const { fromId, toId, relation } of ground.lineage) {
    const from = byId.get(fromId)
    const to = byId.get(toId)
    if (!from || !to) throw new Error(`lineage names an area that is not there: ${fromId} → ${toId}`)
    expect(from.level).toBe(to.level)
    if (relation === 'same') expect(doubleArea(from)).toBe(doubleArea(to))
    if (relation === 'split') expect(doubleArea(from)).toBeGreaterThan(doubleArea(to))
    if (relation === 'merge') expect(doubleArea(from)).toBeLessThan(doubleArea(to))
  }
}

/** Codes are the parent's code and a number; numbers run from 1 without gaps. */
function expectNumbering(ground: Ground, version: string, level: string): void {
  const byId = new Map(ground.areas.map((area) => [area.id, area]))
  const numbers = new Map<number, number[]>()
  for (const area of areasOf(ground, version, level)) {
    const parent = byId.get(area.parentId ?? 0)
    if (!parent) throw new Error(`${area.code} has no parent`)
    expect(area.code).toMatch(/^\d{15}$|^\d{18}$/)
    expect(area.code.startsWith(parent.code)).toBe(true)
    numbers.set(parent.id, [...(numbers.get(parent.id) ?? []), Number(area.code.slice(parent.code.length))])
  }
  for (const list of numbers.values()) {
    expect(list.sort((a, b) => a - b)).toEqual(Array.from({ length: list.length }, (_, i) => i + 1))
  }
}

/** Hash of everything, the picture included. */
const fingerprint = (ground: Ground) =>
  createHash('sha256')
    .update(JSON.stringify({ ...ground, relief: null }))
    .update(ground.relief?.png ?? '')
    .digest('hex')

/** Roundness 4πA/P² of the outer ring after simplifying it to a tolerance (Douglas–Peucker), all in metres. */
function polsbyPopper(area: Area, tolerance: number): number {
  const [, lat0] = area.labelPoint
  const east = 111_195 * Math.cos((lat0 * Math.PI) / 180)
  const ring = area.polygons[0][0].slice(0, -1).map(([lng, lat]): Position => [lng * east, lat * 111_195])
  const distance = (p: Position, a: Position, b: Position) => {
    const dx = b[0] - a[0]
    const dy = b[1] - a[1]
    const t = Math.min(1, Math.max(0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy || 1)))
    return Math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy)
  }
  let far = 0
  ring.forEach((p, i) => {
    if (
      Math.hypot(p[0] - ring[0][0], p[1] - ring[0][1]) >
      Math.hypot(ring[far][0] - ring[0][0], ring[far][1] - ring[0][1])
    )
      far = i
  })
  const keep = new Set([0, far])
  const open: [number, number][] = [
    [0, far],
    [far, ring.length],
  ]
  for (let range = open.pop(); range; range = open.pop()) {
    const [first, last] = range
    let worst = -1
    let most = tolerance
    for (let i = first + 1; i < last; i++) {
      const d = distance(ring[i], ring[first], ring[last % ring.length])
      if (d > most) {
        most = d
        worst = i
      }
    }
    if (worst < 0) continue
    keep.add(worst)
    open.push([first, worst], [worst, last])
  }
  const kept = ring.filter((_, i) => keep.has(i))
  let double = 0
  let perimeter = 0
  kept.forEach((p, i) => {
    const q = kept[(i + 1) % kept.length]
    double += p[0] * q[1] - q[0] * p[1]
    perimeter += Math.hypot(q[0] - p[0], q[1] - p[1])
  })
  return (2 * Math.PI * double) / perimeter ** 2
}

/** Roundness of the areas of a level, worst first. */
const roundness = (ground: Ground, level: string, version = '2025') =>
  areasOf(ground, version, level)
    .map((area) => polsbyPopper(area, 20))
    .sort((a, b) => a - b)

function expectNoSlivers(ground: Ground, level: string, version?: string): void {
  const values = roundness(ground, level, version)
  expect(values[0], `worst ${level}`).toBeGreaterThanOrEqual(0.1)
  expect(values[Math.floor(values.length / 2)], `median ${level}`).toBeGreaterThanOrEqual(0.4)
}

const publishedCounts = {
  '2025 city': 1,
  '2025 township': 4,
  '2025 village': 30,
  '2025 grid': 797,
  '2025 microGrid': 3381,
  '2025 district': 3,
  '2025 squad': 6,
  '2018 city': 1,
  '2018 township': 4,
  '2018 village': 30,
  '2018 grid': 521,
}

describe('Shuifu', () => {
  let manifest: GroundManifest
  let ground: Ground
  beforeAll(() => {
    manifest = shuifuManifest()
    ground = generateGround(manifest, { seed: 7 })
  })

  test('has exactly the published numbers of areas', () => {
    expect(count(ground)).toEqual(publishedCounts)
    expect(ground.cells.length).toBe(3381)
  })

  test('keeps every vertex of the published outline, in its order', () => {
    const ring = ground.areas[0].polygons[0][0].map(at)
    const wanted = manifest.outline.slice(0, -1).map(at)
    const start = ring.indexOf(wanted[0])
    const turned = [...ring.slice(start, -1), ...ring.slice(0, start)]
    const places = wanted.map((vertex) => turned.indexOf(vertex))
    expect(places.every((place, i) => place >= 0 && (i === 0 || place > places[i - 1]))).toBe(true)
    expect(ground.areas[0].synthetic).toBe(false)
    expect(ground.areas.filter(({ level }) => level !== 'city').every(({ synthetic }) => synthetic)).toBe(
      true,
    )
  })

  test('tiles at every level of every version, vertex for vertex', () => expectTiling(ground))

  test('is made of children that add up to their parents', () => expectHierarchy(ground))

  test('gives every cell one area of each level, and lineage that agrees with the ground', () => {
    expectCells(ground)
    const relations = new Set(ground.lineage.map(({ relation }) => relation))
    expect([...relations].sort()).toEqual(['merge', 'same', 'split'])
    const grids = new Set(areasOf(ground, '2018', 'grid').map(({ id }) => id))
    expect(new Set(ground.lineage.map(({ fromId }) => fromId).filter((id) => grids.has(id))).size).toBe(521)
    const now = new Set(areasOf(ground, '2025', 'grid').map(({ id }) => id))
    expect(new Set(ground.lineage.map(({ toId }) => toId).filter((id) => now.has(id))).size).toBe(797)
  })

  test('numbers grids and micro-grids inside their parents', () => {
    expectNumbering(ground, '2025', 'grid')
    expectNumbering(ground, '2025', 'microGrid')
    expectNumbering(ground, '2018', 'grid')
    expect(areasOf(ground, '2018', 'grid').every(({ code }) => code.startsWith('530630'))).toBe(true)
    const village = areasOf(ground, '2025', 'village').find(({ code }) => code === '530681001003')
    expect(village?.name).toEqual({ zh: '兴化路社区', en: 'Xinghua Road Community' })
    const grid = ground.areas.find(({ code }) => code === '530681001003012')
    expect(grid?.name).toEqual({ zh: '兴化路社区第012网格', en: 'Xinghua Road Community grid 012' })
  })

  test('holds the people of the census where they live', () => {
    const [city] = ground.areas
    expect(city.population).toBe(103_532)
    expect(city.households).toBe(38_488)
    const urban = areasOf(ground, '2025', 'village')
      .filter(({ urbanRural }) => urbanRural?.startsWith('1'))
      .reduce((sum, { population }) => sum + population, 0)
    expect(Math.round((urban / 103_532) * 1e4) / 1e4).toBe(0.6606)
    const [lng, lat] = [104.40783, 28.63215]
    const micro = areasOf(ground, '2025', 'microGrid')
    const town = micro.filter(
      ({ labelPoint: [x, y] }) => Math.hypot((x - lng) * 97_700, (y - lat) * 111_195) < 2500,
    )
    expect(town.reduce((sum, { population }) => sum + population, 0)).toBeGreaterThan((2 / 3) * 103_532)
    const households = micro.map((area) => area.households).sort((a, b) => a - b)
    expect(households[Math.floor(households.length / 2)]).toBeGreaterThanOrEqual(9)
    expect(households[Math.floor(households.length / 2)]).toBeLessThanOrEqual(12)
    expect(households[Math.floor(households.length * 0.95)]).toBeLessThanOrEqual(22)
  })

  test('puts every household into one block', () => {
    const micro = new Set(areasOf(ground, '2025', 'microGrid').map(({ id }) => id))
    expect(ground.blocks.reduce((sum, { households }) => sum + households, 0)).toBe(38_488)
    expect(ground.blocks.reduce((sum, { population }) => sum + population, 0)).toBe(103_532)
    expect(ground.blocks.every(({ microGridId }) => micro.has(microGridId))).toBe(true)
    expect(ground.sites.every(({ microGridId }) => micro.has(microGridId))).toBe(true)
    expect(new Set(ground.sites.map(({ kind }) => kind)).size).toBe(13)
  })

  test('has a connected road graph', () => {
    expectConnectedRoads(ground)
    expect(ground.roads.reduce((sum, { lengthM }) => sum + lengthM, 0)).toBeGreaterThan(500_000)
  })

  test.each(['village', 'grid', 'microGrid'])('has no slivers among the %ss', (level) =>
    expectNoSlivers(ground, level),
  )
  test('has no slivers among the grids of 2018', () => expectNoSlivers(ground, 'grid', '2018'))

  test.each(['township', 'district', 'squad'])(
    'has no slivers among the %ss, as far as the outline allows',
    (level) => {
      expect(roundness(ground, level)[0]).toBeGreaterThanOrEqual(0.1)
    },
  )

  test('gives each grid to one squad, whose area is its grids', () => {
    const squads = new Map(areasOf(ground, '2025', 'squad').map((squad) => [squad.id, doubleArea(squad)]))
    for (const grid of areasOf(ground, '2025', 'grid')) {
      if (grid.squadId === null) throw new Error(`${grid.code} has no squad`)
      squads.set(grid.squadId, (squads.get(grid.squadId) ?? Number.NaN) - doubleArea(grid))
    }
    expect([...squads.values()]).toEqual([0, 0, 0, 0, 0, 0])
  })

  test('takes the Jinsha from the outline and says what is synthetic', () => {
    const jinsha = ground.water.find(({ name }) => name?.zh === '金沙江')
    const vertices = new Set(manifest.outline.map(at))
    expect(jinsha?.synthetic).toBe(false)
    expect(jinsha?.line.every((position) => vertices.has(at(position)))).toBe(true)
    expect(ground.water.filter(({ kind }) => kind === 'stream').length).toBeGreaterThan(50)
    expect(ground.water.filter(({ kind }) => kind === 'stream').every(({ synthetic }) => synthetic)).toBe(
      true,
    )
  })

  test('comes with a shaded relief that covers it', () => {
    const { relief } = ground
    if (!relief) throw new Error('no relief')
    expect([...relief.png.subarray(1, 4)]).toEqual([...Buffer.from('PNG')])
    for (const [lng, lat] of manifest.outline) {
      expect(
        lng > relief.bounds[0] && lng < relief.bounds[2] && lat > relief.bounds[1] && lat < relief.bounds[3],
      ).toBe(true)
    }
  })
})

// Seeds whose ground once had a micro-grid too small to be seen, and one more.
describe.each([6, 18, 31])('Shuifu from seed %i', (seed) => {
  let ground: Ground
  beforeAll(() => {
    ground = generateGround(shuifuManifest(), { seed })
  })

  test('has exactly the published numbers of areas', () => expect(count(ground)).toEqual(publishedCounts))
  test('tiles at every level of every version, vertex for vertex', () => expectTiling(ground))
  test('is made of children that add up to their parents', () => expectHierarchy(ground))
  test.each(['village', 'grid', 'microGrid'])('has no slivers among the %ss', (level) =>
    expectNoSlivers(ground, level),
  )
})

describe('any city', () => {
  test('tiles, adds up and has connected roads for every seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x7fffffff }), (seed) => {
        const ground = generateGround(smallManifest(), { seed })
        expect(count(ground)).toMatchObject({
          '2025 village': 4,
          '2025 grid': 29,
          '2025 microGrid': 121,
          '2025 squad': 4,
          '2018 grid': 19,
        })
        expectTiling(ground)
        expectHierarchy(ground)
        expectCells(ground)
        expectConnectedRoads(ground)
        expectNumbering(ground, '2025', 'microGrid')
        for (const level of ['village', 'grid', 'microGrid']) expectNoSlivers(ground, level)
      }),
      { numRuns: 6, seed: 20251122, endOnFailure: true },
    )
  })

  test('is the same for the same seed and another for another', () => {
    const first = fingerprint(generateGround(smallManifest(), { seed: 1 }))
    expect(fingerprint(generateGround(smallManifest(), { seed: 1 }))).toBe(first)
    expect(fingerprint(generateGround(smallManifest(), { seed: 2 }))).not.toBe(first)
  })

  test('may have four levels of grids, 1,524 in all, over another outline', () => {
    const ground = generateGround(secondManifest(), { seed: 7 })
    expect(count(ground)).toEqual({
      '2025 city': 1,
      '2025 grid1': 12,
      '2025 grid2': 88,
      '2025 grid3': 424,
      '2025 grid4': 1000,
    })
    expect(ground.areas.length - 1).toBe(1524)
    expectTiling(ground)
    expectHierarchy(ground)
    expectConnectedRoads(ground)
  })

  test('refuses a manifest that asks for more areas than the ground has room for', () => {
    const manifest = smallManifest()
    const [grid, microGrid] = manifest.generatedLevels
    expect(() =>
      generateGround({ ...manifest, generatedLevels: [grid, { ...microGrid, count: 100_000 }] }, { seed: 1 }),
    ).toThrow('expected room for 100000 areas')
  })
})
