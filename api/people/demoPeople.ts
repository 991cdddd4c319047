import type { Queryable } from '../../db/client.ts'
import type { GrantRow } from '../../db/queries/grants.ts'
import { ROLES, type Role } from '../access.ts'

export interface DemoPerson {
  userName: string
  name: string
  grants: GrantRow[]
  /** Role and place in words. */
  roles: string
}

/** Posts, as every account. The three administrators and the auditor stand apart, as they must. */
const NAMES: Record<Role, string> = {
  wall: '演示·大屏',
  officer: '演示·巡逻组',
  squadLeader: '演示·中队值班台',
  planner: '演示·勤务编排台',
  gridWorker: '演示·网格员岗',
  centreClerk: '演示·综治中心窗口',
  department: '演示·部门联络台',
  leader: '演示·带班领导席',
  auditor: '演示·审计席',
  systemAdmin: '演示·系统管理席',
  securityAdmin: '演示·安全管理席',
  auditAdmin: '演示·审计管理席',
}

/** Levels a role is limited to, where the city has one of that name; others see the whole city. */
const LEVEL_OF: Partial<Record<Role, string>> = {
  officer: 'squad',
  squadLeader: 'squad',
  gridWorker: 'village',
  centreClerk: 'township',
  department: 'township',
}
const INSTALLATION: readonly Role[] = ['systemAdmin', 'securityAdmin', 'auditAdmin']

/** The area of a level with most people in it, of the city's boundaries of today. */
async function largestArea(
  db: Queryable,
  city: string,
  level: string,
): Promise<{ id: number; name_zh: string } | undefined> {
  const rows = await db.query<{ id: number; name_zh: string }>(
    `SELECT a.id, a.name_zh FROM areas a JOIN cities c ON c.code = a.city_code AND c.current_version = a.version
     WHERE a.city_code = $1 AND a.level = $2 ORDER BY a.population DESC, a.code LIMIT 1`,
    [city, level],
  )
  return rows[0]
}

/** One account a role over the demo city; none where there is no demo city. */
export async function demoPeople(db: Queryable): Promise<DemoPerson[]> {
  const [city] = await db.query<{ code: string; name_zh: string }>(
    'SELECT code, name_zh FROM cities WHERE synthetic ORDER BY created_at, code LIMIT 1',
  )
  if (!city) return []
  const people: DemoPerson[] = []
  for (const role of ROLES) {
    const level = LEVEL_OF[role]
    const area = level ? await largestArea(db, city.code, level) : undefined
    const installation = INSTALLATION.includes(role)
    people.push({
      userName: `demo-${role.toLowerCase()}`,
      name: NAMES[role],
      grants: [{ role, city_code: installation ? null : city.code, area_id: area?.id ?? null }],
      roles: `${role} ${installation ? '' : (area?.name_zh ?? city.name_zh)}`.trim(),
    })
  }
  return people
}
