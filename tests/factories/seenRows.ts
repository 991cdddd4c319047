import { type Grant, PURPOSE_DEMANDED, RIGHTS_OF, type Right } from '../../api/access.ts'
import type { Queryable } from '../../db/client.ts'
import type { Use } from '../../db/viewing.ts'

/** What a viewer sees of each table, as sorted names of rows. */
export type SeenRows = Record<SeenTable, string[]>

/** Tables whose rows are not the same for everybody of a city, or of which all rows are. Names carry the city. */
const NAMES = {
  incidents: 'id::text',
  cameras: "city_code || ':' || id",
  camera_outages: "city_code || ':' || camera_id || ':' || reason",
  units: "city_code || ':' || id",
  patrol_routes: "city_code || ':' || id",
  places: "city_code || ':' || id",
  activities: "city_code || ':' || id",
  cities: 'code',
  areas: "city_code || ':' || id",
  cell_areas: "city_code || ':' || version || ':' || level || ':' || cell_id",
  kinds: "city_code || ':' || code",
  roads: "city_code || ':' || id",
  resources: "city_code || ':' || id",
} as const
type SeenTable = keyof typeof NAMES
const TABLES = Object.keys(NAMES) as SeenTable[]

/** Everything the database shows, by queries that have no WHERE at all. */
export async function rowsSeen(db: Queryable): Promise<SeenRows> {
  const [row] = await db.query<SeenRows>(
    `SELECT ${TABLES.map((table) => `ARRAY(SELECT ${NAMES[table]} FROM ${table}) AS ${table}`).join(', ')}`,
  )
  for (const table of TABLES) row[table].sort()
  return row
}

interface Row {
  name: string
  city: string
  cell: number | null
}

/** All rows of a database with what decides who sees them, read once as owner. */
export interface AllRows {
  incidents: (Row & { dispute: boolean; sensitive: boolean; publicOrder: boolean })[]
  cameras: Row[]
  outages: Row[]
  /** Units and patrol routes. */
  squadThings: { table: 'units' | 'patrol_routes'; name: string; city: string; squad: number }[]
  places: (Row & { post: boolean })[]
  activities: { name: string; city: string }[]
  /** Rows that are a whole city's. */
  ground: { table: SeenTable; name: string; city: string }[]
  /** 'city:area' → cells. */
  cells: Map<string, Set<number>>
  /** Areas of the patrol hierarchy, any version; and the squads of the current one. */
  patrolAreas: { city: string; id: number; currentSquad: boolean }[]
}

export async function readAllRows(db: Queryable): Promise<AllRows> {
  const pairs = await db.query<{ key: string; cell_id: number }>(
    "SELECT city_code || ':' || area_id AS key, cell_id FROM cell_areas",
  )
  const cells = new Map<string, Set<number>>()
  for (const { key, cell_id } of pairs) {
    const set = cells.get(key) ?? new Set()
    cells.set(key, set.add(cell_id))
  }
  const ground: AllRows['ground'] = []
  for (const table of ['cities', 'areas', 'cell_areas', 'kinds', 'roads', 'resources'] as const) {
    const city = table === 'cities' ? 'code' : 'city_code'
    const rows = await db.query<{ name: string; city: string }>(
      `SELECT ${NAMES[table]} AS name, ${city} AS city FROM ${table}`,
    )
    for (const row of rows) ground.push({ table, ...row })
  }
  const squadThings: AllRows['squadThings'] = []
  for (const table of ['units', 'patrol_routes'] as const) {
    const rows = await db.query<{ name: string; city: string; squad: number }>(
      `SELECT ${NAMES[table]} AS name, city_code AS city, squad_id AS squad FROM ${table}`,
    )
    for (const row of rows) squadThings.push({ table, ...row })
  }
  return {
    cells,
    ground,
    squadThings,
    incidents: await db.query(
      `SELECT ${NAMES.incidents} AS name, i.city_code AS city, cell_id AS cell, dispute, sensitive, public_order AS "publicOrder"
       FROM incidents i JOIN kinds k ON k.city_code = i.city_code AND k.code = i.kind`,
    ),
    cameras: await db.query(
      `SELECT ${NAMES.cameras} AS name, city_code AS city, cell_id AS cell FROM cameras`,
    ),
    outages: await db.query(
      `SELECT o.city_code || ':' || camera_id || ':' || reason AS name, o.city_code AS city, c.cell_id AS cell
       FROM camera_outages o JOIN cameras c ON c.city_code = o.city_code AND c.id = o.camera_id`,
    ),
    places: await db.query(
      `SELECT ${NAMES.places} AS name, city_code AS city, cell_id AS cell, category = 'post' AS post FROM places`,
    ),
    activities: await db.query(`SELECT ${NAMES.activities} AS name, city_code AS city FROM activities`),
    patrolAreas: await db.query(
      `SELECT a.city_code AS city, a.id, a.version = c.current_version AND a.level = 'squad' AS "currentSquad"
       FROM areas a JOIN cities c ON c.code = a.city_code
       JOIN area_levels l ON l.city_code = a.city_code AND l.version = a.version AND l.level = a.level
       WHERE l.hierarchy = 'patrol'`,
    ),
  }
}

/** What must be seen, row by row and grant by grant, from the rights that api/access.ts gives, with a purpose stated or without. */
export function rowsExpected(
  all: AllRows,
  grants: readonly Grant[],
  use: Use,
  { purpose = false }: { purpose?: boolean } = {},
): SeenRows {
  const giving = new Map<string, Grant[]>()
  const with_ = (right: Right, city: string): Grant[] => {
    const key = `${right} ${city}`
    const known = giving.get(key)
    if (known) return known
    const found = grants.filter(
      ({ role, city: where }) =>
        RIGHTS_OF[role].includes(right) &&
        (purpose || !PURPOSE_DEMANDED[role]?.includes(right)) &&
        (where === null || where === city),
    )
    giving.set(key, found)
    return found
  }
  const whole = (right: Right, city: string) => with_(right, city).some(({ areaId }) => areaId === null)
  const cellsOf = (city: string, areaId: number) => all.cells.get(`${city}:${areaId}`) ?? new Set<number>()
  const sees = (right: Right, { city, cell }: Row) =>
    with_(right, city).some(
      ({ areaId }) => areaId === null || (cell !== null && cellsOf(city, areaId).has(cell)),
    )
  /** Patrol areas that share a cell with the jurisdiction, and the cells of the squads among them. */
  const patrolled = new Set<string>()
  const patrolledCells = new Set<string>()
  for (const { city, id, currentSquad } of all.patrolAreas) {
    const own = cellsOf(city, id)
    const overlaps = with_('patrols', city).some(
      ({ areaId }) => areaId === null || [...cellsOf(city, areaId)].some((cell) => own.has(cell)),
    )
    if (!overlaps) continue
    patrolled.add(`${city}:${id}`)
    if (currentSquad) for (const cell of own) patrolledCells.add(`${city}:${cell}`)
  }
  const seesPost = ({ city, cell }: Row) => whole('patrols', city) || patrolledCells.has(`${city}:${cell}`)

  const seen = Object.fromEntries(TABLES.map((table) => [table, [] as string[]])) as SeenRows
  for (const row of all.incidents) {
    if (row.dispute || (row.sensitive && use === 'points')) continue
    if (sees(`${use}.${row.publicOrder ? 'publicOrder' : 'governance'}`, row)) seen.incidents.push(row.name)
  }
  for (const row of all.cameras) if (sees(`cameras.${use}`, row)) seen.cameras.push(row.name)
  for (const row of all.outages) if (sees(`cameras.${use}`, row)) seen.camera_outages.push(row.name)
  for (const { table, name, city, squad } of all.squadThings) {
    if (whole('patrols', city) || patrolled.has(`${city}:${squad}`)) seen[table].push(name)
  }
  for (const row of all.places) {
    if (row.post ? seesPost(row) : with_('map', row.city).length > 0) seen.places.push(row.name)
  }
  for (const { name, city } of all.activities)
    if (whole('counts.governance', city)) seen.activities.push(name)
  for (const { table, name, city } of all.ground) if (with_('map', city).length > 0) seen[table].push(name)
  for (const table of TABLES) seen[table].sort()
  return seen
}
