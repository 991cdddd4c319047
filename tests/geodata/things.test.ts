import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { contains } from '../../geodata/areaLocator.ts'
import type { Position } from '../../geodata/city.ts'
import * as codes from '../../geodata/codes.ts'
import { generateThings } from '../../geodata/demo/things.ts'
import { kinds, withSubKinds } from '../../geodata/kinds.ts'
import { createRandom } from '../../geodata/random.ts'
import type { Incident, Things } from '../../geodata/things.ts'
import { createToyGround } from '../factories/toyGround.ts'

const ground = createToyGround()
const asOf = new Date('2026-11-22T06:32:00Z')
const historyStart = Date.parse('2023-01-01T00:00:00+08:00')
const areaById = new Map(ground.areas.map((area) => [area.id, area]))
const cellIds = new Set(ground.cells.map(({ id }) => id))
const roadById = new Map(ground.roads.map((road) => [road.id, road]))
const kindByCode = new Map(kinds.map((kind) => [kind.code, kind]))
const groupOf = (incident: Incident) => kindByCode.get(incident.kind)?.group
const liesInItsCell = ({ point, cellId }: { point: Position; cellId: number }) => {
  const cell = areaById.get(cellId)
  const isMillionth = (degrees: number) => Math.abs(degrees * 1e6 - Math.round(degrees * 1e6)) < 1e-5
  return (
    cell !== undefined &&
    cellIds.has(cellId) &&
    contains(cell.polygons, point[0], point[1]) &&
    point.every(isMillionth)
  )
}
const hashOf = (things: Things) => createHash('sha256').update(JSON.stringify(things)).digest('hex')

const things = generateThings(ground, { seed: 7, incidents: 60_000, asOf })

describe('kinds', () => {
  it('have unique codes, parents that stand before them, and patterns by family', () => {
    expect(new Set(kinds.map(({ code }) => code)).size).toBe(kinds.length)
    for (const { code, parentCode, group, dispute } of kinds) {
      expect(code).toMatch(dispute ? /^D\d{2}(\d{2})?$/ : group === 'hazard' ? /^H\d{4}$/ : /^\d{6}$/)
      expect(dispute).toBe(group === 'dispute')
      if (parentCode === null) continue
      const parent = kindByCode.get(parentCode)
      expect(parent?.parentCode).toBeNull()
      expect(parent?.group).toBe(group)
    }
  })
  it('family matters, minors and petitions are sensitive, neighbours are not', () => {
    const sensitive = (code: string) => kindByCode.get(code)?.sensitive
    expect(['D01', 'D0102', 'D0501', 'D1403', 'D1602'].map(sensitive)).toEqual([true, true, true, true, true])
    expect(['D02', 'D0804', '010100', 'H0200'].map(sensitive)).toEqual([false, false, false, false])
  })
  it('a parent stands for its sub-kinds', () => {
    expect(withSubKinds(['070000', 'D99'])).toEqual(['070000', 'D99'])
    expect(withSubKinds(['040000'])).toEqual(['040000', '040100', '040200', '040300', '040400', '049900'])
  })
})

describe('incidents', () => {
  it('are as many as asked for, in order of time, from 2023 to the as-of instant', () => {
    expect(things.incidents).toHaveLength(60_000)
    let last = historyStart
    for (const { reportedAt } of things.incidents) {
      expect(reportedAt).toBeGreaterThanOrEqual(last)
      last = reportedAt
    }
    expect(last).toBeLessThanOrEqual(asOf.getTime())
    expect(new Set(things.incidents.map(({ sourceId }) => sourceId)).size).toBe(60_000)
  })

  it('lie inside the cell they name, on coordinates of a millionth of a degree', () => {
    expect(things.incidents.filter((incident) => !liesInItsCell(incident))).toEqual([])
  })

  it('are reported, sent, reached and closed in this order, nothing after the as-of instant', () => {
    const disordered = things.incidents.filter((incident) => {
      const { reportedAt, dispatchedAt, arrivedAt, closedAt, dueAt, status, outcome, resolvedLevel } =
        incident
      const stages = [reportedAt, dispatchedAt, arrivedAt, closedAt]
      const times = stages.filter((time) => time !== null)
      // A stage is only reached after all before it.
      if (stages.slice(0, times.length).includes(null)) return true
      if (times.some((time, i) => i > 0 && time < times[i - 1])) return true
      if (times[times.length - 1] > asOf.getTime() || dueAt === null || dueAt <= reportedAt) return true
      if (status !== ['new', 'dispatched', 'onScene', 'closed'][times.length - 1]) return true
      return (
        (outcome !== null) !== (status === 'closed') || (resolvedLevel !== null) !== (status === 'closed')
      )
    })
    expect(disordered).toEqual([])
  })

  it('carry the finest kind there is', () => {
    const parents = new Set(kinds.map(({ parentCode }) => parentCode))
    expect(things.incidents.filter(({ kind }) => parents.has(kind) || !kindByCode.has(kind))).toEqual([])
  })

  it('of the last hours stand in every stage, old ones are closed but for a few', () => {
    const hour = 3_600_000
    const recent = things.incidents.filter(({ reportedAt }) => asOf.getTime() - reportedAt < 6 * hour)
    expect(new Set(recent.map(({ status }) => status))).toEqual(
      new Set(['new', 'dispatched', 'onScene', 'closed']),
    )
    const old = things.incidents.filter(({ reportedAt }) => asOf.getTime() - reportedAt > 60 * 24 * hour)
    const open = old.filter(({ status }) => status !== 'closed').length
    expect(open).toBeGreaterThan(0)
    expect(open / old.length).toBeLessThan(0.01)
  })

  it('happen at night where nights are loud and in office hours where offices are asked', () => {
    const shareAt = (codes: string[], hours: number[]) => {
      const rows = things.incidents.filter(({ kind }) => codes.includes(kind))
      const local = (instant: number) => Math.floor(instant / 3_600_000 + 8) % 24
      return rows.filter(({ reportedAt }) => hours.includes(local(reportedAt))).length / rows.length
    }
    const evening = [20, 21, 22, 23, 0, 1]
    expect(shareAt(['060100'], evening)).toBeGreaterThan(0.4)
    expect(shareAt(['060600'], evening)).toBeLessThan(0.2)
    expect(shareAt(['060600'], [9, 10, 11, 14, 15, 16, 17])).toBeGreaterThan(0.4)
  })

  it('of noise come back to the same corner within days (Knox 1964)', () => {
    const rows = things.incidents.filter(({ kind }) => kind === '060100')
    const closePairs = (times: number[]) => {
      let pairs = 0
      for (let i = 0; i < rows.length; i++) {
        for (let j = i + 1; j < rows.length; j++) {
          if (Math.abs(times[i] - times[j]) > 7 * 86_400_000) continue
          const [lng, lat] = rows[i].point
          const [otherLng, otherLat] = rows[j].point
          if (Math.hypot((lng - otherLng) * 97_800, (lat - otherLat) * 110_700) < 120) pairs++
        }
      }
      return pairs
    }
    const times = rows.map(({ reportedAt }) => reportedAt)
    const random = createRandom(1, 'knox')
    const shuffled = Array.from({ length: 5 }, () => closePairs(random.shuffled(times)))
    expect(closePairs(times)).toBeGreaterThan(2 * Math.max(...shuffled))
  })

  it('are reached within minutes in town', () => {
    const minutes = things.incidents
      .filter(({ kind }) => kind === '030100')
      .flatMap(({ reportedAt, arrivedAt }) => (arrivedAt === null ? [] : [(arrivedAt - reportedAt) / 60_000]))
      .sort((a, b) => a - b)
    const median = minutes[Math.floor(minutes.length / 2)]
    expect(median).toBeGreaterThan(2)
    expect(median).toBeLessThan(20)
    expect(minutes[minutes.length - 1]).toBeLessThan(120)
  })

  it('of default kinds are no disputes, and disputes say where they were counted', () => {
    const isDispute = (incident: Incident) => groupOf(incident) === 'dispute'
    expect(things.incidents.filter((row) => 'caseSource' in row.attributes !== isDispute(row))).toEqual([])
  })

  it('that are disputes stand at their grid, never at a home', () => {
    const byGrid = new Map<number | null, Set<string>>()
    for (const { kind, cellId, point } of things.incidents) {
      if (!kindByCode.get(kind)?.dispute) continue
      const grid = areaById.get(cellId)?.parentId ?? null
      byGrid.set(grid, (byGrid.get(grid) ?? new Set()).add(point.join()))
    }
    for (const [grid, points] of byGrid) expect([grid, points.size]).toEqual([grid, 1])
  })
})

describe('cameras', () => {
  it('number 40,000 and more, each with a code of its own and inside its cell', () => {
    expect(things.cameras.length).toBeGreaterThanOrEqual(40_000)
    expect(new Set(things.cameras.map(({ code }) => code)).size).toBe(things.cameras.length)
    const wrong = things.cameras.filter(
      (camera) =>
        !/^53068100\d{2}13[12]0\d{6}$/.test(camera.code) ||
        camera.code.slice(8, 10) !== camera.industry ||
        !liesInItsCell(camera) ||
        !Number.isInteger(camera.directionDeg) ||
        camera.directionDeg < 0 ||
        camera.directionDeg > 359 ||
        camera.retentionDays < 30 ||
        camera.installedOn > '2026-11-22' ||
        (camera.ownership === 'public') !== (camera.ownerUnit === null),
    )
    expect(wrong).toEqual([])
  })
  it('are numbered by place: a grid at a time, and in it what hangs at one point one after the other', () => {
    const closed = new Set<number | null>()
    let grid: number | null | undefined
    for (const { cellId } of things.cameras) {
      const own = areaById.get(cellId)?.parentId ?? null
      if (own === grid) continue
      expect(closed.has(own)).toBe(false)
      closed.add(own)
      grid = own
    }
    const points = new Set(things.cameras.map(({ point, ownerUnit }) => `${point} ${ownerUnit}`)).size
    const changes = things.cameras.filter(
      ({ point, ownerUnit }, i) =>
        String(point) !== String(things.cameras[i - 1]?.point) ||
        ownerUnit !== things.cameras[i - 1]?.ownerUnit,
    ).length
    expect(changes).toBe(points)
  })
  it('of the 2018 register were there in April 2018', () => {
    for (const { in2018Register, installedOn } of things.cameras) {
      if (in2018Register) expect(installedOn <= '2018-04-30').toBe(true)
    }
  })
  it('are dark exactly where an outage lasts, about as many as on the days before', () => {
    const lasting = new Map(
      things.cameraOutages
        .filter(({ endedAt }) => endedAt === null)
        .map((outage) => [outage.cameraId, outage]),
    )
    for (const { id, status, statusSince } of things.cameras) {
      expect(status === 'online').toBe(!lasting.has(id))
      if (status !== 'online') expect(statusSince).toBe(lasting.get(id)?.startedAt)
      expect(statusSince).toBeLessThanOrEqual(asOf.getTime())
    }
    const days = Array.from({ length: 30 }, (_, i) => asOf.getTime() - (i + 1) * 86_400_000)
    const darkOn = (instant: number) =>
      things.cameraOutages.filter(
        ({ startedAt, endedAt }) => startedAt <= instant && (endedAt === null || endedAt > instant),
      ).length
    const usual = days.reduce((sum, instant) => sum + darkOn(instant), 0) / days.length
    expect(lasting.size).toBeGreaterThan(usual / 2)
    expect(lasting.size).toBeLessThan(usual * 2)
  })
  it('have no two outages at once', () => {
    const last = new Map<number, number>()
    for (const { cameraId, startedAt, endedAt } of things.cameraOutages) {
      expect(startedAt).toBeGreaterThan(last.get(cameraId) ?? 0)
      expect(endedAt === null || endedAt > startedAt).toBe(true)
      last.set(cameraId, endedAt ?? Infinity)
    }
  })
})

describe('places, units and patrol routes', () => {
  it('29 of 30 villages have a centre, each centre lies in the area it serves', () => {
    const centres = things.places.filter(({ category }) => category === 'centre')
    expect(centres.map(({ level }) => level).sort()).toEqual(
      [...Array(1).fill('city'), ...Array(4).fill('township'), ...Array(29).fill('village')].sort(),
    )
    for (const { areaId, point } of things.places.filter(({ category }) => category !== 'site')) {
      const area = areaById.get(areaId)
      expect(area && contains(area.polygons, point[0], point[1])).toBe(true)
    }
  })
  it('strengths add up to 260, every squad has units and posts', () => {
    expect(things.units.reduce((sum, { strength }) => sum + strength, 0)).toBe(260)
    const squads = ground.areas.filter(({ level }) => level === 'squad').map(({ id }) => id)
    for (const squad of squads) {
      expect(things.units.some(({ squadId }) => squadId === squad)).toBe(true)
      expect(things.places.some(({ category, areaId }) => category === 'post' && areaId === squad)).toBe(true)
      expect(things.patrolRoutes.some(({ squadId }) => squadId === squad)).toBe(true)
    }
    expect(new Set(things.units.map(({ callSign }) => callSign)).size).toBe(things.units.length)
  })
  it('patrol routes are closed walks from road to road', () => {
    for (const { roadIds, line, lengthM, durationS, unitId } of things.patrolRoutes) {
      expect(line[0]).toEqual(line[line.length - 1])
      let length = 0
      let at = new Set<number>()
      for (const id of roadIds) {
        const road = roadById.get(id)
        if (!road) throw new Error(`no road ${id}`)
        if (at.size > 0) expect(at.has(road.fromNode) || at.has(road.toNode)).toBe(true)
        at = new Set([road.fromNode, road.toNode])
        length += road.lengthM
      }
      expect(Math.abs(length - lengthM)).toBeLessThanOrEqual(1)
      expect(durationS).toBeGreaterThan(0)
      expect(things.units.some(({ id }) => id === unitId)).toBe(true)
    }
  })
  it('projects hold cells of their own that touch each other', () => {
    const all = things.projects.flatMap((project) => project.cellIds)
    expect(new Set(all).size).toBe(all.length)
    for (const id of all) expect(cellIds.has(id)).toBe(true)
  })
})

it('every code in a row has words in both languages', () => {
  const { incidents, cameras, cameraOutages, places, units, activities, resources } = things
  const used: [Record<string, unknown>, Iterable<string | number | null | undefined>][] = [
    [codes.incidentLevels, incidents.map(({ level }) => level)],
    [codes.incidentStatuses, incidents.map(({ status }) => status)],
    [codes.channels, incidents.map(({ channel }) => channel)],
    [codes.outcomes, incidents.flatMap(({ outcome }) => outcome ?? [])],
    [codes.resolvedLevels, incidents.flatMap(({ resolvedLevel }) => resolvedLevel ?? [])],
    [codes.caseSources, incidents.flatMap(({ attributes }) => String(attributes.caseSource ?? 'platform'))],
    [codes.cameraTypes, cameras.map(({ type }) => type)],
    [codes.cameraStatuses, cameras.map(({ status }) => status)],
    [codes.ownerships, cameras.map(({ ownership }) => ownership)],
    [codes.industries, cameras.map(({ industry }) => industry)],
    [codes.outageReasons, cameraOutages.map(({ reason }) => reason)],
    [codes.placeCategories, places.map(({ category }) => category)],
    [codes.unitKinds, units.map(({ kind }) => kind)],
    [codes.activityKinds, activities.map(({ kind }) => kind)],
    [codes.resourceKinds, resources.map(({ kind }) => kind)],
  ]
  for (const [words, keys] of used) {
    expect([...new Set(keys)].filter((key) => !(String(key) in words))).toEqual([])
  }
})

describe('the generator', () => {
  it('gives the same bytes for the same seed and others for another', () => {
    const small = (seed: number) => generateThings(ground, { seed, incidents: 12_000, asOf })
    const first = hashOf(small(3))
    expect(hashOf(small(3))).toBe(first)
    expect(hashOf(small(4))).not.toBe(first)
  })
  it('ends at any as-of instant after the calibrated years', () => {
    const early = generateThings(ground, {
      seed: 1,
      incidents: 20_000,
      asOf: new Date('2026-01-01T00:00:00+08:00'),
    })
    expect(early.incidents).toHaveLength(20_000)
    const platform = early.incidents.filter(
      ({ attributes, reportedAt }) =>
        attributes.caseSource === 'platform' && reportedAt >= Date.parse('2025-01-01T00:00:00+08:00'),
    )
    expect(platform.filter(({ outcome }) => outcome === 'mediated')).toHaveLength(1476)
    expect(platform).toHaveLength(1495)
  })
  it('says what it needs when asked for less', () => {
    expect(() => generateThings(ground, { seed: 1, incidents: 100, asOf })).toThrow(/at least \d+ incidents/)
    expect(() =>
      generateThings(ground, { seed: 1, incidents: 60_000, asOf: new Date('2025-06-01') }),
    ).toThrow(/2026-01-01 or later/)
  })
})
