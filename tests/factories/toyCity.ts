import type { Database } from '../../db/client.ts'
import { writeCity } from '../../db/queries/cities.ts'
import type { Ground, Position } from '../../geodata/city.ts'
import { kinds } from '../../geodata/kinds.ts'
import { createRandom } from '../../geodata/random.ts'
import type { Camera, Incident, Place, Things } from '../../geodata/things.ts'
import { createToyGround } from './toyGround.ts'

export const TOY_AS_OF = new Date('2026-11-22T06:32:00Z')
const DAY_MS = 86_400_000
/** Three years up to `TOY_AS_OF`. */
export const TOY_FROM = new Date(TOY_AS_OF.getTime() - 3 * 365 * DAY_MS)
/** Versions and levels that hold every counted incident with a place. */
export const TOY_LEVELS = [
  ['2025', 'city'],
  ['2025', 'township'],
  ['2025', 'village'],
  ['2025', 'grid'],
  ['2025', 'microGrid'],
  ['2025', 'district'],
  ['2025', 'squad'],
  ['2018', 'city'],
  ['2018', 'grid'],
] as const
/** Every fiftieth incident lies in no area. */
const OUTSIDE_EVERY = 50

/** Things for the toy ground: few, on known places, the same every time. */
function createToyThings(ground: Ground, count: number): Things {
  const random = createRandom(7)
  const micro = ground.areas.filter((area) => area.level === 'microGrid')
  const squads = ground.areas.filter((area) => area.level === 'squad')
  const inside = (index: number): Position => {
    const [lng, lat] = micro[index].labelPoint
    return [
      Math.round((lng + random.between(-0.004, 0.004)) * 1e6) / 1e6,
      Math.round((lat + random.between(-0.004, 0.004)) * 1e6) / 1e6,
    ]
  }
  const times = Array.from(
    { length: count },
    () => TOY_FROM.getTime() + random.int(0, 3 * 365 * DAY_MS - 1),
  ).sort((a, b) => a - b)
  const incidents = times.map((reportedAt, index): Incident => {
    const cell = random.int(0, micro.length - 1)
    const handled = random.chance(0.9)
    const kind = random.pick(kinds)
    return {
      source: 'toy',
      sourceId: String(index + 1),
      kind: kind.code,
      level: random.pick([1, 2, 3, 4] as const),
      channel: '110',
      reportedAt,
      dispatchedAt: handled ? reportedAt + 60_000 : null,
      arrivedAt: handled ? reportedAt + 600_000 : null,
      closedAt: handled ? reportedAt + 3_600_000 : null,
      dueAt: reportedAt + DAY_MS,
      status: handled ? 'closed' : 'new',
      outcome: handled ? 'handledOnScene' : null,
      resolvedLevel: null,
      cellId: micro[cell].id,
      point: inside(cell),
      // Some name no register: they count as the platform's.
      attributes:
        kind.dispute && index % 3 > 0 ? { caseSource: index % 3 === 1 ? 'platform' : 'centre' } : {},
      synthetic: true,
    }
  })
  // The last hangs at the point of the first.
  const firstPoint = inside(0)
  const cameras = Array.from({ length: 300 }, (_, index): Camera => {
    const cell = index === 299 ? 0 : index % micro.length
    return {
      id: index + 1,
      code: `53068100${String(index + 1).padStart(12, '0')}`,
      ownership: index % 3 === 0 ? 'public' : 'social',
      ownerUnit: index % 3 === 0 ? null : index,
      type: index % 10 === 0 ? 'panorama' : 'bullet',
      industry: '01',
      directionDeg: (index * 37) % 360,
      fieldOfViewDeg: index % 10 === 0 ? 360 : 60,
      rangeM: 80,
      indoor: false,
      installedOn: '2020-05-01',
      in2018Register: false,
      status: index % 20 === 0 ? 'offline' : 'online',
      statusSince: TOY_AS_OF.getTime() - DAY_MS,
      retentionDays: 30,
      cellId: micro[cell].id,
      point: index % 299 === 0 ? firstPoint : inside(cell),
      synthetic: true,
    }
  })
  const places = ground.sites.map(
    (site): Place => ({
      id: site.id,
      category: 'site',
      kind: site.kind,
      name: site.name,
      level: null,
      areaId: site.microGridId,
      openedOn: null,
      cellId: site.microGridId,
      point: site.point,
      synthetic: true,
    }),
  )
  const posts = squads.map((squad, index): Place => {
    const home = micro.findIndex((area) => area.squadId === squad.id)
    return {
      id: 1000 + index,
      category: 'post',
      kind: 'fixedPost',
      name: { zh: `岗亭${index + 1}`, en: `Post ${index + 1}` },
      level: 'squad',
      areaId: squad.id,
      openedOn: '2024-01-01',
      cellId: micro[home].id,
      point: inside(home),
      synthetic: true,
    }
  })
  return {
    kinds,
    incidents,
    cameras,
    cameraOutages: [
      { cameraId: 1, startedAt: TOY_AS_OF.getTime() - 2 * DAY_MS, endedAt: null, reason: 'power' },
      {
        cameraId: 1,
        startedAt: TOY_AS_OF.getTime() - 9 * DAY_MS,
        endedAt: TOY_AS_OF.getTime() - 8 * DAY_MS,
        reason: 'network',
      },
    ],
    places: [...places, ...posts],
    units: squads.map((squad, index) => ({
      id: index + 1,
      squadId: squad.id,
      callSign: `T${index + 1}`,
      kind: 'car',
      strength: 4 + index,
      homePostId: 1000 + index,
      synthetic: true,
    })),
    patrolRoutes: squads.map((squad, index) => ({
      id: index + 1,
      squadId: squad.id,
      unitId: index + 1,
      name: { zh: `巡线${index + 1}`, en: `Route ${index + 1}` },
      serviceMode: 'M1',
      lengthM: 1200,
      durationS: 600,
      roadIds: [ground.roads[index].id],
      line: ground.roads[index].line,
      synthetic: true,
    })),
    projects: [],
    activities: [],
    resources: [
      {
        id: 1,
        kind: 'duty',
        code: 'T1',
        name: { zh: '值守', en: 'Guard' },
        version: null,
        areaId: null,
        quantity: 1,
        attributes: {},
        synthetic: true,
      },
      {
        id: 2,
        kind: 'serviceMode',
        code: 'M1',
        name: { zh: '骑行', en: 'Riding' },
        version: null,
        areaId: null,
        quantity: 1,
        attributes: {},
        synthetic: true,
      },
    ],
  }
}

export interface ToyCity {
  ground: Ground
  things: Things
}

/** The toy city 'shuifu' (530681), the same every time. */
export function createToyCity(incidents = 6000): ToyCity {
  const ground = createToyGround()
  return { ground, things: createToyThings(ground, incidents) }
}

/** Writes the toy city with some incidents in no area, and says what was written. */
export async function writeToyCity(
  db: Database,
  { incidents = 6000 }: { incidents?: number } = {},
): Promise<ToyCity> {
  const { ground, things } = createToyCity(incidents)
  await db.transaction(async (tx) => {
    await writeCity(tx, ground, things, { asOf: TOY_AS_OF, origin: { toy: true } })
    await tx.query(
      'UPDATE incidents SET cell_id = NULL WHERE city_code = $1 AND source_id::int % $2::int = 0',
      [ground.city.code, OUTSIDE_EVERY],
    )
  })
  return { ground, things }
}
