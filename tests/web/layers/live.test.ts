import { describe, expect, test } from 'vitest'
import {
  ageMark,
  crowdSideAt,
  liveIncidentScale,
  liveMarks,
  mostAges,
} from '../../../web/layers/liveIncidents.ts'
import { partsOfTrail, trailMesh, trailPasses } from '../../../web/layers/trails.ts'
import { callSignsWritten, unitScale, unitsWithRoom, unitWords } from '../../../web/layers/units.ts'
import { type AtlasEntry, inkedBox } from '../../../web/map/gl/Atlas.ts'
import { floatsPerCorner, floatsPerSprite, SpriteWriter } from '../../../web/map/gl/SpriteWriter.ts'
import type { DrawnIncident, DrawnUnit } from '../../../web/map/livePicture.ts'

const entry: AtlasEntry = { u0: 0, v0: 0.1, u1: 0.5, v1: 0.6, width: 34, height: 32, inked: [0, 0, 1, 1] }

describe('sprites that are written again and again', () => {
  test('places are offsets from the origin, exact however far from it the world begins', () => {
    const writer = new SpriteWriter()
    writer.begin(400, 300)
    writer.add(400.001, 299.999, entry, 17, 90, 0.5)
    const { origin, count, data } = writer.finish()
    expect(origin).toEqual([400, 300])
    expect(count).toBe(1)
    expect(data[0]).toBeCloseTo(0.001, 6)
    expect(data[1]).toBeCloseTo(-0.001, 6)
    const corners = Array.from({ length: 4 }, (_, corner) =>
      Array.from(data.subarray(corner * floatsPerCorner, (corner + 1) * floatsPerCorner)),
    )
    expect(corners.map(([, , u, v]) => [u, v].map((cut) => Number(cut.toFixed(2))))).toEqual([
      [0, 0.1],
      [0.5, 0.1],
      [0, 0.6],
      [0.5, 0.6],
    ])
    for (const [x, y, , , width, height, dx, dy, turn, alpha] of corners) {
      expect([x, y]).toEqual([data[0], data[1]])
      expect([width, height, dx, dy, alpha]).toEqual([34, 32, 0, 17, 0.5])
      expect(turn).toBeCloseTo(Math.PI / 2)
    }
  })

  test('more than it had room for are kept, and fewer leave no rest behind', () => {
    const writer = new SpriteWriter()
    writer.begin(0, 0)
    for (let i = 0; i < 500; i++) writer.add(i, -i, entry, 0, 0, 1)
    const many = writer.finish()
    expect(many.count).toBe(500)
    expect(many.data[499 * floatsPerSprite]).toBe(499)
    writer.begin(0, 0)
    writer.add(7, 7, entry, 0, 0, 1, 0.5)
    const few = writer.finish()
    expect(few).toMatchObject({ count: 1 })
    expect(few.data[4]).toBe(17)
    // The same thing, with a version that tells the layer to take it anew.
    expect(few).toBe(many)
    expect(few.version).toBe(2)
  })

  test('room for a crowd that is gone is given back', () => {
    const writer = new SpriteWriter()
    const write = (count: number) => {
      writer.begin(0, 0)
      for (let i = 0; i < count; i++) writer.add(i, -i, entry, 0, 0, 1)
      return writer.finish()
    }
    const crowded = write(4000).data.length
    write(70)
    const { count, data } = write(70)
    expect(data.length).toBeLessThan(crowded / 10)
    expect(count).toBe(70)
    expect(Array.from({ length: 70 }, (_, i) => data[i * floatsPerSprite])).toEqual(
      Array.from({ length: 70 }, (_, i) => i),
    )
  })
})

describe('pictures with clear rims', () => {
  test('the box holds every pixel that is not clear and one more where there is room', () => {
    const [width, height] = [10, 8]
    const drawnOn = (...pixels: [number, number][]) => {
      const data = new Uint8ClampedArray(4 * width * height)
      for (const [x, y] of pixels) data[4 * (y * width + x) + 3] = 1
      return inkedBox({ data, width, height })
    }
    expect(drawnOn([3, 2], [6, 5])).toEqual([2 / 10, 1 / 8, 8 / 10, 7 / 8])
    expect(drawnOn([9, 0], [0, 7])).toEqual([0, 0, 1, 1])
    expect(drawnOn([6, 4])).toEqual([5 / 10, 3 / 8, 8 / 10, 6 / 8])
  })

  test('what is painted of them lies where it would lie with its rim', () => {
    const writer = new SpriteWriter()
    writer.begin(0, 0)
    const [left, top, right, bottom] = [0.25, 0.1, 0.5, 0.9]
    writer.addSized(0, 0, { ...entry, inked: [left, top, right, bottom] }, 40, 20, 3, 17, 0, 1)
    const { data } = writer.finish()
    for (let corner = 0; corner < 4; corner++) {
      const [, , u, v, wide, high, dx, dy] = data.subarray(
        corner * floatsPerCorner,
        (corner + 1) * floatsPerCorner,
      )
      const x = ((corner & 1) - 0.5) * wide + dx
      const y = ((corner >> 1) - 0.5) * high + dy
      expect(x).toBeCloseTo(((corner & 1 ? right : left) - 0.5) * 40 + 3, 5)
      expect(y).toBeCloseTo(((corner & 2 ? bottom : top) - 0.5) * 20 + 17, 5)
      expect(u).toBeCloseTo(entry.u0 + ((x - 3) / 40 + 0.5) * (entry.u1 - entry.u0), 5)
      expect(v).toBeCloseTo(entry.v0 + ((y - 17) / 20 + 0.5) * (entry.v1 - entry.v0), 5)
    }
  })
})

describe('many incidents', () => {
  const incident = (
    id: number,
    x: number,
    level: number,
    stage: DrawnIncident['stage'] = 'new',
  ): DrawnIncident => ({
    id,
    x,
    y: 0.5,
    lng: 0,
    lat: 0,
    group: 'traffic',
    level,
    stage,
    strength: 1,
    ageMinutes: 0,
  })

  const apart = Array.from({ length: mostAges }, (_, i) => incident(i, 10 + i, 4))
  const crowd = [
    ...apart,
    incident(1001, 0.1, 4),
    incident(1002, 0.2, 2),
    incident(1003, 0.3, 2),
    incident(1004, 0.4, 3),
    incident(1005, 0.5, 1, 'closed'),
  ]

  test('of one square the gravest that is open has the mark, of these the newest, and says how many more there are', () => {
    for (const told of [crowd, crowd.toReversed()]) {
      const marks = liveMarks(told, 1)
      expect(marks).toHaveLength(mostAges + 1)
      expect(marks.filter(({ more }) => more > 0)).toEqual([{ incident: incident(1003, 0.3, 2), more: 4 }])
    }
  })

  test('few each have their own, wherever they lie', () => {
    expect(liveMarks(apart, 1000)).toEqual(apart.map((each) => ({ incident: each, more: 0 })))
  })

  test('none is lost: marks and what they stand for are all of them, for squares of any size', () => {
    for (const side of [0.01, 1, 7, 1000]) {
      const marks = liveMarks(crowd, side)
      expect(marks.reduce((sum, { more }) => sum + 1 + more, 0)).toBe(crowd.length)
    }
  })

  test('the chosen one keeps its mark whatever comes to it', () => {
    for (const chosen of [1001, 1002, 1004, 1005])
      expect(liveMarks(crowd, 1, chosen).find(({ more }) => more > 0)?.incident.id).toBe(chosen)
  })

  test('squares stay the same for half a zoom', () => {
    expect(crowdSideAt(14.2)).toBe(crowdSideAt(13.8))
    expect(crowdSideAt(14.3)).toBeLessThan(crowdSideAt(14.2))
  })
})

describe('units', () => {
  const unit = (id: number, x: number, y: number): DrawnUnit => ({
    id,
    x,
    y,
    lng: 0,
    lat: 0,
    headingDeg: null,
    kind: 'car',
    state: 'free',
    callSign: `1车${id}`,
    staleMinutes: null,
  })

  test('many are smaller, most of all afar; few have their own size, and one more changes nothing', () => {
    expect(unitScale(12, 500)).toBeLessThan(unitScale(13, 500))
    expect(unitScale(13, 500)).toBeLessThan(unitScale(14, 500))
    expect(unitScale(16, 500)).toBeGreaterThanOrEqual(0.8)
    expect([11, 13, 16].map((zoom) => unitScale(zoom, 60))).toEqual([1, 1, 1])
    expect(unitScale(14, 201)).toBe(unitScale(14, 202))
  })

  test('call signs are written where they can be read: not afar, and of hundreds only close by', () => {
    expect([12.9, 13, 15].map((zoom) => callSignsWritten(zoom, 24))).toEqual([false, true, true])
    expect([13, 14.9, 15].map((zoom) => callSignsWritten(zoom, 500))).toEqual([false, false, true])
  })

  test('words stand below, above where there is no room, and are left out where there is none at all; the first have room', () => {
    const crowd = [unit(1, 0, 0), unit(2, 10, 5), unit(3, 100, 0), unit(4, 10, 3), unit(5, 10, 50)]
    expect([...unitsWithRoom(crowd, 1)]).toEqual([
      [1, 17],
      [2, -17],
      [3, 17],
      [5, 17],
    ])
    // The age of an incident is not written over.
    expect([...unitsWithRoom([unit(1, 0, 0)], 1, [{ x: 20, y: 22 }])]).toEqual([[1, -17]])
    // Closer, there is room for all.
    expect([...unitsWithRoom(crowd, 0.1).keys()]).toEqual([1, 2, 3, 4, 5])
  })

  test('no two words meet, however many units there are', () => {
    const units = Array.from({ length: 400 }, (_, i) => unit(i, (i * 37) % 500, (i * 91) % 300))
    const shown = unitsWithRoom(units, 1)
    const named = units.flatMap(({ id, x, y }) => {
      const offset = shown.get(id)
      return offset === undefined ? [] : [{ x, y: y + offset }]
    })
    expect(named.length).toBeGreaterThan(20)
    for (const [i, a] of named.entries())
      for (const b of named.slice(i + 1))
        expect(Math.abs(a.x - b.x) >= 56 || Math.abs(a.y - b.y) >= 18).toBe(true)
  })

  test('a stale unit says for how long it has not been heard', () => {
    expect(unitWords({ callSign: '1车04', staleMinutes: null })).toBe('1车04')
    expect(unitWords({ callSign: '1车04', staleMinutes: 3 })).toBe('1车04 3′')
  })
})

test('ages are minutes up to two hours, then hours, then days', () => {
  expect([1, 119, 120, 180, 2879, 2880].map(ageMark)).toEqual(['1′', '119′', '2h', '3h', '47h', '2d'])
})

test('marks of now shrink from afar and never vanish', () => {
  expect(liveIncidentScale(5, 10)).toBe(liveIncidentScale(11, 10))
  expect(liveIncidentScale(20, 10)).toBeGreaterThan(liveIncidentScale(12, 10))
  // A city full of them does not become a blot.
  expect(liveIncidentScale(14, 4000)).toBeLessThan(0.6 * liveIncidentScale(14, 500))
  // Each is read all the same: sixteen of its thirty pixels.
  expect(30 * liveIncidentScale(11, 1e6)).toBeCloseTo(16)
})

describe('trails', () => {
  const way = (count: number) => Array.from({ length: 2 * count }, (_, i) => i / 1000)

  test('three parts, the newest first, each beginning where the older one ends', () => {
    const [newest, middle, oldest] = partsOfTrail(way(10))
    expect(newest.at(-1)).toBe(way(10).at(-1))
    expect(oldest[0]).toBe(0)
    expect(newest.slice(0, 2)).toEqual(middle.slice(-2))
    expect(middle.slice(0, 2)).toEqual(oldest.slice(-2))
  })

  test('the selected one is a group of its own, and every group has its pass', () => {
    const mesh = trailMesh([
      { unitId: 1, points: way(10), selected: false },
      { unitId: 2, points: way(30), selected: true },
    ])
    expect(mesh.groups.map(({ key }) => key)).toEqual([0, 1, 2, 3])
    const drawn = new Set(trailPasses('dark').flatMap(({ keys }) => keys))
    for (const { key, chunks } of mesh.groups) {
      expect(chunks.length).toBeGreaterThan(0)
      expect(drawn.has(key)).toBe(true)
    }
  })

  test('a trail of two points is drawn, one of none breaks nothing', () => {
    expect(trailMesh([{ unitId: 1, points: way(2), selected: false }]).indices.length).toBeGreaterThan(0)
    expect(trailMesh([]).indices).toHaveLength(0)
  })
})
