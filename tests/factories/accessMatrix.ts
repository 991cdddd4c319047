import { STANDARD_RULES } from '../../api/people/rules.ts'
import { PURPOSE_DEMANDED, RIGHTS_OF, type Right, ROLES, type Role } from '../../api/roles.ts'
import type { SeenRows } from './seenRows.ts'

/**
 * Who gets what from which door: every procedure and route has a line here, and what comes of it follows from the table
 * of rights alone. tests/api/matrix.test.ts asks each door as each role in each jurisdiction.
 */

export const JURISDICTIONS = [
  'everywhere',
  'city',
  /** In an area of the other hierarchy that holds the ground asked about, and more. */
  'inside',
  /** In areas that share some of it and hold ground beside it. */
  'overlapping',
  /** In an area of the city that shares nothing of it. */
  'outside',
  /** In another city. */
  'elsewhere',
] as const
export type Jurisdiction = (typeof JURISDICTIONS)[number]

/** Held for the installation, nowhere less. */
export const ADMINISTRATORS: readonly Role[] = ['systemAdmin', 'securityAdmin', 'auditAdmin']

/** Every role in every jurisdiction it can be held in. */
export const HOLDERS: { role: Role; where: Jurisdiction }[] = ROLES.flatMap((role) =>
  JURISDICTIONS.filter((where) => where === 'everywhere' || !ADMINISTRATORS.includes(role)).map((where) => ({
    role,
    where,
  })),
)

/** The ground and the things that are asked about. */
export interface Subject {
  city: string
  /** An area with numbers of its own. */
  areaId: number
  /** Seen from 'inside' and 'overlapping' alike; from 'inside' only; of each, one of public order and one of governance. */
  incidents: Record<'shared' | 'other', { publicOrder: number; governance: number }>
  cameras: Record<'shared' | 'other', number>
  /** A point in the shared ground, [lng, lat]. */
  point: readonly [number, number]
  /** An incident that is a dispute, in the shared ground. */
  dispute: number
  /** An account without roles, and one with; a session of it; a screen. Made anew for each question that changes them. */
  person(): Promise<string>
  session(): Promise<string>
  kiosk(): Promise<string>
}

/** What the database shows of everything to whoever asks, and of the subject's area: worked out from the grants alone. */
export interface Expected {
  counts: SeenRows
  points: SeenRows
  /** Incidents and cameras counted in the subject's area. */
  inArea: { incidents: number; cameras: number }
}

/** NOT_FOUND, or a refusal for its reason; 'conflict': permitted, and then impossible. */
export type Outcome =
  | 'answer'
  | 'METHOD_NOT_SUPPORTED'
  | 'NOT_FOUND'
  | 'BAD_REQUEST'
  | 'right'
  | 'purpose'
  | 'refused'

export interface Question {
  name?: string
  input?: (subject: Subject) => object | Promise<object>
  /** What the question is about: the answer depends on whether it lies in the jurisdiction. Absent: the whole city or installation. */
  about?:
    | 'area'
    /** Disputes: what is not seen whole is not counted at all. */
    | 'wholeArea'
    | 'wholeCity'
    | { incident: 'shared' | 'other'; family: 'publicOrder' | 'governance' }
    | 'dispute'
    | { camera: 'shared' | 'other' }
  /** Rights that this question takes where it takes more than its door. */
  takes?: readonly Right[]
  /** What comes of it for whoever may ask, where that is no answer. */
  otherwise?: Outcome
  /** What of the answer must be as the database shows it: names of rows, or numbers. */
  shows?: (answer: never, expected: Expected, role: Role) => [seen: unknown, expected: unknown]
}

export interface Line {
  /** Any of these. 'signedIn': one's own account. */
  takes: readonly Right[] | 'signedIn'
  /** Not for a screen, whose session is its link's. */
  persons?: boolean
  anywhere?: boolean
  /** Rows whose names it tells to whoever holds its right and sees none of them otherwise. */
  names?: 'units'
  /** One question without any input where absent. */
  questions?: Question[]
}

const COUNTS = ['counts.governance', 'counts.publicOrder'] as const
const POINTS = ['points.governance', 'points.publicOrder'] as const

const LIVE = [...COUNTS, ...POINTS, 'patrols'] as const

const WINDOW = { from: '2020-01-01', to: '2027-01-01' }
const INSTANTS = { from: '2020-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' }
const BOX = [100, 25, 110, 32]

const city = ({ city }: Subject) => ({ city })
const numbers = (list: readonly string[]) => list.map(Number).sort((a, b) => a - b)
/** Numbers at the end of 'city:12'. */
const ends = (list: readonly string[]) => numbers(list.map((name) => name.slice(name.indexOf(':') + 1)))
const sorted = (list: readonly number[]) => [...list].sort((a, b) => a - b)
const sum = (list: readonly (number | null)[]) => list.reduce<number>((total, n) => total + (n ?? 0), 0)

const mapLine = (questions: Question[] = [{ input: city }]): Line => ({ takes: ['map'], questions })
const people = (name: keyof Pick<Subject, 'person' | 'session' | 'kiosk'>, more: object = {}): Question => ({
  input: async (subject) => ({ id: await subject[name](), ...more }),
})
/** An account without roles is the system administrator's to keep. */
const keptPerson = (more: object = {}): Line => ({
  takes: ['people', 'grants'],
  anywhere: true,
  questions: [{ ...people('person', more), takes: ['people'] }],
})

/** No incident, dispatch or unit has this number. */
const NOTHING = 2 ** 31 - 1
/** A change that is asked for in vain by whoever may ask. */
const sends = (input: Question['input'], otherwise: Outcome = 'NOT_FOUND'): Line => ({
  takes: ['dispatch'],
  questions: [{ input, otherwise }],
})
const answersFor = (input: Question['input']): Line => ({ ...sends(input), takes: ['respond'] })

/** About a source or a beacon that there is not: permitted, and changes nothing that other questions ask about. */
const ofNoSource = (more: { unitId?: number; name?: string } = {}): Line => ({
  takes: ['sources'],
  anywhere: true,
  questions: [
    {
      input: ({ city }) => ({ city, ...('unitId' in more ? {} : { code: 'ingest:none' }), ...more }),
      otherwise: 'NOT_FOUND',
    },
  ],
})

/** Every procedure. A new one fails the test until it has its line. */
export const PROCEDURES: Record<string, Line> = {
  'cities.list': {
    takes: ['map'],
    anywhere: true,
    questions: [
      {
        shows: (answer: { code: string }[], { counts }) => [
          answer.map(({ code }) => code).sort(),
          counts.cities,
        ],
      },
    ],
  },
  'cities.get': mapLine(),
  'areas.tree': mapLine(),
  'areas.summary': mapLine(),
  'areas.locate': mapLine([{ input: ({ city }) => ({ city, lng: 104.4, lat: 28.6 }) }]),
  'live.near': mapLine([{ input: ({ city }) => ({ city, lng: 104.4, lat: 28.6 }) }]),
  'areas.counterpart': mapLine([{ input: ({ city, areaId }) => ({ city, areaId, version: '2018' }) }]),
  'areas.facts': mapLine([
    {
      input: ({ city, areaId }) => ({ city, areaId }),
      shows: (answer: { cameras: { total: number } | null }, { inArea }) => [
        answer.cameras?.total ?? 0,
        inArea.cameras,
      ],
    },
  ]),
  'aggregates.byArea': {
    takes: COUNTS,
    questions: [
      {
        input: ({ city }) => ({ city, level: 'grid', ...WINDOW }),
        shows: (answer: { count: number[]; totals: { outside: number | null } }, { counts }) => [
          sum([...answer.count, answer.totals.outside]),
          counts.incidents.length,
        ],
      },
      {
        name: 'within',
        about: 'area',
        input: ({ city, areaId }) => ({
          city,
          level: 'microGrid',
          within: areaId,
          measures: ['closedInTime'],
          ...WINDOW,
        }),
        shows: (answer: { count: number[] }, { inArea }) => [sum(answer.count), inArea.incidents],
      },
    ],
  },
  'aggregates.series': {
    takes: COUNTS,
    questions: [
      {
        input: ({ city }) => ({ city, bucket: 'month', ...WINDOW }),
        shows: (answer: { totals: { count: number } }, { counts }) => [
          answer.totals.count,
          counts.incidents.length,
        ],
      },
      {
        name: 'of an area',
        about: 'area',
        input: ({ city, areaId }) => ({ city, areaId, bucket: 'month', ...WINDOW }),
        shows: (answer: { totals: { count: number } }, { inArea }) => [answer.totals.count, inArea.incidents],
      },
    ],
  },
  'aggregates.hotspots': {
    takes: COUNTS,
    questions: [
      {
        about: 'area',
        input: ({ city, areaId }) => ({
          city,
          level: 'grid',
          within: areaId,
          method: 'gi',
          permutations: 99,
          ...WINDOW,
        }),
      },
    ],
  },
  'aggregates.byKind': {
    takes: COUNTS,
    questions: [
      {
        input: ({ city }) => ({ city, ...WINDOW }),
        shows: (answer: { totals: { count: number } }, { counts }) => [
          answer.totals.count,
          counts.incidents.length,
        ],
      },
      {
        name: 'of an area',
        about: 'area',
        input: ({ city, areaId }) => ({ city, areaId, ...WINDOW }),
        shows: (answer: { totals: { count: number } }, { inArea }) => [answer.totals.count, inArea.incidents],
      },
    ],
  },
  'dispatch.of': {
    takes: POINTS,
    questions: [
      ...(['shared', 'other'] as const).flatMap((incident) =>
        (['publicOrder', 'governance'] as const).map(
          (family): Question => ({
            name: `${incident} ${family}`,
            about: { incident, family },
            input: ({ city, incidents }) => ({ city, incidentId: incidents[incident][family] }),
          }),
        ),
      ),
      {
        name: 'a dispute',
        about: 'dispute',
        input: ({ city, dispute }) => ({ city, incidentId: dispute }),
      },
    ],
  },
  'dispatch.suggest': {
    takes: ['dispatch'],
    questions: [
      ...(['shared', 'other'] as const).map(
        (incident): Question => ({
          name: incident,
          about: { incident, family: 'publicOrder' },
          input: ({ city, incidents }) => ({ city, incidentId: incidents[incident].publicOrder }),
        }),
      ),
      {
        name: 'a dispute',
        about: 'dispute',
        input: ({ city, dispute }) => ({ city, incidentId: dispute }),
      },
    ],
  },
  // What these change, and for whom: tests/api/dispatch/sending.test.ts and jurisdiction.test.ts.
  'dispatch.assign': sends(({ city }) => ({ city, incidentId: NOTHING, unitIds: [1] })),
  'dispatch.acknowledge': answersFor(({ city }) => ({ city, dispatchId: NOTHING })),
  'dispatch.onScene': answersFor(({ city }) => ({ city, dispatchId: NOTHING })),
  'dispatch.done': answersFor(({ city }) => ({ city, dispatchId: NOTHING })),
  'dispatch.withdraw': sends(({ city }) => ({ city, dispatchId: NOTHING })),
  'dispatch.handOver': sends(
    ({ city, areaId }) => ({ city, incidentId: NOTHING, fromSquadId: null, toSquadId: areaId }),
    'BAD_REQUEST',
  ),
  'dispatch.close': sends(({ city }) => ({ city, incidentId: NOTHING, outcome: 'handledOnScene' })),
  'duties.list': {
    takes: ['patrols'],
    questions: [
      {
        input: city,
        shows: (answer: { units: { id: number }[] }, { counts }) => [
          sorted(answer.units.map(({ id }) => id)),
          ends(counts.units),
        ],
      },
    ],
  },
  'duties.begin': sends(({ city }) => ({ city, unitId: NOTHING })),
  'duties.end': sends(({ city }) => ({ city, unitId: NOTHING })),
  'fences.list': { takes: ['patrols'], questions: [{ input: city }] },
  'fences.set': sends(
    ({ city, areaId }) => ({
      city,
      name: 'x',
      areaIds: [areaId],
      squadIds: [NOTHING],
      rule: 'inside',
      schedule: [{ days: [0], from: 0, to: 60 }],
    }),
    'BAD_REQUEST',
  ),
  'fences.remove': sends(({ city }) => ({ city, id: NOTHING, revision: 1 })),
  'alerts.list': { takes: ['patrols'], questions: [{ input: city }] },
  'alerts.acknowledge': answersFor(({ city }) => ({ city, id: NOTHING })),
  'disputes.offers': { takes: ['disputes'], questions: [{ input: city }] },
  'disputes.series': {
    takes: ['disputes'],
    questions: [
      { input: city, about: 'wholeCity' },
      { name: 'of an area', about: 'wholeArea', input: ({ city, areaId }) => ({ city, areaId }) },
    ],
  },
  'incidents.inView': {
    takes: POINTS,
    questions: [
      {
        input: ({ city }) => ({ city, bbox: BOX, limit: 20_000, ...WINDOW }),
        shows: (answer: { id: number[]; total: number }, { points }) => [
          [sorted(answer.id), answer.total],
          [numbers(points.incidents), points.incidents.length],
        ],
      },
    ],
  },
  'incidents.get': {
    takes: POINTS,
    questions: [
      ...(['shared', 'other'] as const).flatMap((incident) =>
        (['publicOrder', 'governance'] as const).map(
          (family): Question => ({
            name: `${incident} ${family}`,
            about: { incident, family },
            input: ({ city, incidents }) => ({ city, id: incidents[incident][family] }),
          }),
        ),
      ),
      {
        name: 'a dispute',
        about: 'dispute',
        input: ({ city, dispute }) => ({ city, id: dispute }),
      },
    ],
  },
  'incidents.latest': {
    takes: POINTS,
    questions: [
      {
        input: ({ city }) => ({ city, limit: 500 }),
        shows: (answer: { incidents: { id: number }[] }, { points }) => {
          const may = new Set(numbers(points.incidents))
          return [
            [answer.incidents.filter(({ id }) => !may.has(id)), answer.incidents.length],
            [[], Math.min(500, may.size)],
          ]
        },
      },
    ],
  },
  'incidents.report': {
    takes: ['incidents.report'],
    questions: [
      {
        // Of no kind there is: permitted, and kept from leaving a row that the other questions would count.
        about: { incident: 'shared', family: 'governance' },
        input: ({ city, point: [lng, lat] }) => ({ city, kind: 'none', lng, lat }),
        otherwise: 'BAD_REQUEST',
      },
    ],
  },
  'cameras.inView': {
    takes: ['cameras.points'],
    questions: [
      {
        input: ({ city }) => ({ city, bbox: BOX, limit: 50_000 }),
        shows: (answer: { id: number[]; total: number }, { points }) => [
          [sorted(answer.id), answer.total],
          [ends(points.cameras), points.cameras.length],
        ],
      },
    ],
  },
  'cameras.get': {
    takes: ['cameras.points'],
    questions: (['shared', 'other'] as const).map((camera) => ({
      name: camera,
      about: { camera },
      input: ({ city, cameras }) => ({ city, id: cameras[camera] }),
    })),
  },
  'patrols.layout': {
    takes: ['patrols'],
    questions: [
      {
        input: city,
        shows: (
          answer: {
            strength: number
            districts: { squads: { units: { id: number }[]; posts: object[]; routes: { id: number }[] }[] }[]
          },
          { counts },
        ) => {
          const squads = answer.districts.flatMap(({ squads }) => squads)
          return [
            {
              units: sorted(squads.flatMap(({ units }) => units.map(({ id }) => id))),
              routes: sorted(squads.flatMap(({ routes }) => routes.map(({ id }) => id))),
            },
            { units: ends(counts.units), routes: ends(counts.patrol_routes) },
          ]
        },
      },
    ],
  },
  'places.list': mapLine([
    {
      input: ({ city }) => ({ city, limit: 10_000 }),
      shows: (answer: { places: { id: number }[] }, { counts }) => [
        sorted(answer.places.map(({ id }) => id)),
        ends(counts.places),
      ],
    },
  ]),
  'facts.cited': { takes: ['map'], anywhere: true, questions: [{ input: () => ({}) }] },
  'operations.overview': {
    takes: COUNTS,
    questions: [
      {
        input: city,
        shows: (answer: { cameras: { total: number } | null }, { counts }) => [
          answer.cameras?.total ?? 0,
          counts.cameras.length,
        ],
      },
    ],
  },
  'operations.handling': {
    takes: COUNTS,
    questions: [
      { input: ({ city }) => ({ city, ...WINDOW }) },
      {
        name: 'of an area',
        about: 'area',
        input: ({ city, areaId }) => ({ city, areaId, ...WINDOW }),
      },
    ],
  },
  'operations.squads': { takes: ['patrols'], questions: [{ input: city }] },
  'session.me': { takes: 'signedIn' },
  'session.lately': { takes: 'signedIn' },
  'live.snapshot': {
    takes: LIVE,
    questions: [
      {
        input: city,
        shows: (answer: { units: { id: number }[] }, { counts }) => [
          sorted(answer.units.map(({ id }) => id)),
          ends(counts.units),
        ],
      },
    ],
  },
  'live.since': { takes: LIVE, questions: [{ input: ({ city }) => ({ city, eventId: '0-0' }) }] },
  // Served as a stream at its own route, after the same questions (tests/api/live).
  'live.subscribe': { takes: LIVE, questions: [{ input: city, otherwise: 'METHOD_NOT_SUPPORTED' }] },
  'audit.list': { takes: ['audit.read'], anywhere: true, questions: [{ input: () => INSTANTS }] },
  'audit.people': { takes: ['audit.read'], anywhere: true, questions: [{ input: () => INSTANTS }] },
  'audit.export': {
    takes: ['audit.read'],
    anywhere: true,
    questions: [{ input: () => ({ ...INSTANTS, rows: 1 }) }],
  },
  'audit.where': {
    takes: ['audit.read'],
    questions: [{ input: ({ city }) => ({ city, level: 'grid', ...INSTANTS }) }],
  },
  'audit.status': { takes: ['audit.read'], anywhere: true },
  'audit.verify': { takes: ['audit.keep'], anywhere: true },
  'audit.retain': { takes: ['audit.keep'], anywhere: true, questions: [{ input: () => ({ days: 400 }) }] },
  'exports.note': {
    takes: ['export'],
    questions: [{ input: ({ city }) => ({ city, what: 'incidents.csv', rows: 3 }) }],
  },
  'grants.list': { takes: ['grants', 'people'], anywhere: true, questions: [{ input: () => ({}) }] },
  'grants.set': {
    takes: ['grants', 'people'],
    anywhere: true,
    // While there is a security administrator nobody else gives anything.
    questions: [
      {
        takes: ['grants'],
        input: async ({ city, person }) => ({
          personId: await person(),
          grants: [{ role: 'officer', city, areaId: null }],
        }),
      },
    ],
  },
  'grants.places': { takes: ['grants', 'people'], anywhere: true },
  'kiosks.list': { takes: ['grants'], anywhere: true },
  'kiosks.create': {
    takes: ['grants'],
    anywhere: true,
    questions: [{ input: ({ city }) => ({ city, name: '大厅屏', days: 1 }) }],
  },
  'kiosks.revoke': { takes: ['grants'], anywhere: true, questions: [people('kiosk')] },
  'people.list': { takes: ['people', 'grants'], anywhere: true },
  'people.create': {
    takes: ['people'],
    anywhere: true,
    questions: [
      { input: () => ({ userName: `made${Math.random().toString(36).slice(2, 10)}`, name: '值班台' }) },
    ],
  },
  'people.rename': keptPerson({ name: '二号台' }),
  'people.disable': keptPerson(),
  'people.enable': keptPerson(),
  'people.resetPassword': keptPerson(),
  'people.resetTwoFactor': keptPerson(),
  'people.unlock': keptPerson(),
  'drills.scenarios': { takes: ['dispatch'], questions: [{ input: city }] },
  'drills.list': { takes: ['dispatch'], questions: [{ input: city }] },
  'drills.room': {
    takes: ['dispatch'],
    questions: [{ input: ({ city }) => ({ city, drillId: 999_999 }), otherwise: 'NOT_FOUND' }],
  },
  'drills.start': {
    takes: ['dispatch'],
    questions: [{ input: ({ city }) => ({ city, scenario: 'flood-road-closure' }) }],
  },
  'drills.scenario': {
    takes: ['dispatch'],
    questions: [{ input: ({ city }) => ({ city, code: 'flood-road-closure' }) }],
  },
  'drills.importScenario': {
    takes: ['dispatch'],
    questions: [{ input: ({ city }) => ({ city, scenario: {} }), otherwise: 'BAD_REQUEST' }],
  },
  'drills.removeScenario': {
    takes: ['dispatch'],
    questions: [{ input: ({ city }) => ({ city, code: 'nothing' }), otherwise: 'NOT_FOUND' }],
  },
  'drills.send': {
    takes: ['dispatch'],
    questions: [
      {
        input: ({ city }) => ({ city, drillId: 999_999, unitNumber: 0, inject: '1' }),
        otherwise: 'NOT_FOUND',
      },
    ],
  },
  'drills.end': {
    takes: ['dispatch'],
    questions: [{ input: ({ city }) => ({ city, drillId: 999_999 }), otherwise: 'NOT_FOUND' }],
  },
  'drills.respond': {
    takes: ['dispatch'],
    questions: [
      { input: ({ city }) => ({ city, drillId: 999_999, expectation: '1a' }), otherwise: 'NOT_FOUND' },
    ],
  },
  'drills.retract': {
    takes: ['dispatch'],
    questions: [
      { input: ({ city }) => ({ city, drillId: 999_999, expectation: '1a' }), otherwise: 'NOT_FOUND' },
    ],
  },
  'replay.tracks': {
    takes: ['points.publicOrder'],
    questions: [
      { input: ({ city }) => ({ city, from: '2026-11-20T10:00:00Z', to: '2026-11-20T11:00:00Z' }) },
    ],
  },
  'replay.incidents': {
    takes: POINTS,
    questions: [
      { input: ({ city }) => ({ city, from: '2026-11-01T00:00:00Z', to: '2026-11-20T00:00:00Z' }) },
    ],
  },
  'rules.get': { takes: ['grants'], anywhere: true },
  'rules.set': { takes: ['grants'], anywhere: true, questions: [{ input: () => STANDARD_RULES }] },
  'sessions.list': { takes: ['people'], anywhere: true, questions: [{ input: () => ({}) }] },
  'sessions.revoke': { takes: ['people'], anywhere: true, questions: [people('session')] },
  'sources.list': { takes: ['sources'], anywhere: true },
  'sources.history': {
    takes: ['sources'],
    anywhere: true,
    questions: [{ input: ({ city }) => ({ city, code: 'beacons' }) }],
  },
  'sources.create': {
    takes: ['sources'],
    anywhere: true,
    questions: [
      {
        input: ({ city }) => ({
          city,
          code: `ingest:made-${Math.random().toString(36).slice(2, 10)}`,
          kind: 'incidents',
          name: '接处警',
        }),
      },
    ],
  },
  // Each of a source or a beacon that there is not.
  'sources.change': ofNoSource({ name: '接处警' }),
  'sources.rotate': ofNoSource(),
  'sources.revoke': ofNoSource(),
  // Whoever issues a beacon names the unit it is for.
  'devices.list': { takes: ['sources'], anywhere: true, names: 'units', questions: [{ input: city }] },
  'devices.issue': ofNoSource({ unitId: 99_999 }),
  'devices.rotate': ofNoSource({ unitId: 99_999 }),
  'devices.revoke': ofNoSource({ unitId: 99_999 }),
  'sessions.mine': { takes: 'signedIn', persons: true },
  'sessions.revokeMine': {
    takes: 'signedIn',
    persons: true,
    // Somebody else's.
    questions: [{ ...people('session'), otherwise: 'NOT_FOUND' }],
  },
}

/** Questions under wider rights whose answers are told too: single things among others, and looks into the audit itself. */
const ALSO_TRACED = [
  ...['live.near', 'dispatch.suggest', 'live.snapshot', 'live.since'],
  ...['audit.list', 'audit.people', 'audit.export', 'audit.where', 'audit.verify'],
]

/** Whether its answer stands in the audit: changes and exports, and what shows things one by one. */
export function isTraced(
  path: string,
  { takes }: Line,
  type: 'query' | 'mutation' | 'subscription',
): boolean {
  if (type === 'mutation' || ALSO_TRACED.includes(path)) return true
  const single: readonly Right[] = [...POINTS, 'cameras.points']
  return takes !== 'signedIn' && takes.every((right) => single.includes(right))
}

/** Where in a jurisdiction a question lies. */
function lies(where: Jurisdiction, about: Question['about']): 'whole' | 'part' | 'none' {
  if (where === 'everywhere' || where === 'city' || where === 'inside') return 'whole'
  if (where !== 'overlapping') return 'none'
  if (typeof about === 'object') {
    return ('incident' in about ? about.incident : about.camera) === 'shared' ? 'whole' : 'none'
  }
  return 'part'
}

/** What must come of a question, from the table of rights. */
export function outcomeOf(
  line: Line,
  question: Question,
  { role, where, purpose }: { role: Role; where: Jurisdiction; purpose: boolean },
): Outcome {
  if (line.takes === 'signedIn')
    return line.persons && role === 'wall' ? 'right' : (question.otherwise ?? 'answer')
  const rights = RIGHTS_OF[role]
  const demanded = PURPOSE_DEMANDED[role] ?? []
  const holds = (right: Right) => rights.includes(right)
  if (!line.anywhere && (where === 'elsewhere' || !holds('map'))) return 'NOT_FOUND'
  const held = line.takes.filter(holds)
  if (held.length === 0) return 'right'
  if (question.takes && !question.takes.some(holds)) return 'refused'
  if (!line.anywhere && !purpose && held.every((right) => demanded.includes(right))) return 'purpose'
  const { about } = question
  if (about === 'dispute') return 'NOT_FOUND'
  if (about === undefined) return question.otherwise ?? 'answer'
  if (about === 'wholeCity') return where === 'everywhere' || where === 'city' ? 'answer' : 'BAD_REQUEST'
  const place = lies(where, about)
  if (about === 'wholeArea')
    return place === 'whole' ? 'answer' : place === 'part' ? 'BAD_REQUEST' : 'NOT_FOUND'
  if (place === 'none') return 'NOT_FOUND'
  if (typeof about === 'object' && 'incident' in about)
    return holds(`points.${about.family}`) ? (question.otherwise ?? 'answer') : 'NOT_FOUND'
  return question.otherwise ?? 'answer'
}

/** Who is let in by a route: everybody; whoever bears a token of its own (tests/api/ingestDoors.test.ts); whoever is signed in; whoever may see what is in the file. */
export type Door = 'open' | 'token' | 'signedIn' | 'map' | 'cameras' | 'days'

/** Every HTTP route, by 'METHODS url' as the server registers it (HEAD goes with GET). A new one fails the test. */
export const ROUTES: Record<string, Door> = {
  'GET /healthz': 'open',
  'GET,POST /api/auth/*': 'open',
  // By a token of their own: tests/api/ingest.test.ts.
  'POST /ingest/incidents': 'token',
  'GET,POST /ingest/positions': 'token',
  'POST /ingest/dispatches': 'token',
  'POST /ingest/duties': 'token',
  'POST /ingest/sms': 'token',
  'POST /api/kiosk': 'open',
  'GET /api/offers': 'open',
  // Which of them, PROCEDURES says.
  'GET,HEAD,TRACE,DELETE,OPTIONS,PATCH,PUT,POST,QUERY /trpc/:path': 'signedIn',
  'GET /trpc/live.subscribe': 'signedIn',
  'GET /bundles/days/:name': 'days',
  // Files of areas, ground and relief are the map's; those of cameras belong to a scope.
  'GET /bundles/:folder/:name': 'map',
  'GET /*': 'open',
}

/** What of an installation's files somebody is given. */
export function filesOf({
  role,
  where,
}: {
  role: Role
  where: Jurisdiction
}): Record<'map' | 'cameras' | 'days', boolean> {
  const here = where !== 'elsewhere'
  const rights = RIGHTS_OF[role]
  return {
    map: here && rights.includes('map'),
    cameras: here && rights.includes('cameras.points'),
    days: here && COUNTS.some((right) => rights.includes(right)),
  }
}
