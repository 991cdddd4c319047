import { z } from 'zod'
import type { Queryable } from '../../db/client.ts'
import { setGrants } from '../../db/queries/grants.ts'
import { countHolders, type ListedGrant, listGrantsOf } from '../../db/queries/people.ts'
import { ROLES, rightsOf } from '../access.ts'
import { areasOf, citiesOf, levelsOf } from '../catalog.ts'
import { areaId, cityName } from '../inputs.ts'
import { personNamed, requireSystemAdmin, takeTurn } from '../people/administration.ts'
import { placesOfGrants } from '../people/grantedPlaces.ts'
import { accountId } from '../people/inputs.ts'
import { badRequest, forbidden } from '../refusal.ts'
import { permittedAnywhere, router } from '../trpc.ts'

/** A person holds at most one of these; and each is the installation's, but for the auditor of a city. */
const APART: readonly string[] = ['systemAdmin', 'securityAdmin', 'auditAdmin', 'auditor']
const INSTALLATION: readonly string[] = ['systemAdmin', 'securityAdmin', 'auditAdmin']
/** What a system administrator appoints while there is no security administrator: the first of each. */
const FIRST: readonly string[] = ['securityAdmin', 'auditAdmin']
const MOST_GRANTS = 200

const permitted = permittedAnywhere(['grants', 'people'])

const grant = z.strictObject({
  role: z.enum(ROLES),
  /** null: every city. */
  city: cityName.nullable(),
  /** null: the whole city. */
  areaId: areaId.nullable(),
})

function keyOf({
  role,
  city_code,
  area_id,
}: {
  role: string
  city_code: string | null
  area_id: number | null
}) {
  return `${role} ${city_code ?? '*'} ${area_id ?? '*'}`
}

/** Who holds which role, and where. */
export const grants = router({
  /** One entry a person who holds any; all, or one person. `inForce` false: the account is disabled or the area gone. */
  list: permitted
    .input(z.object({ personId: accountId.optional() }).optional())
    .query(async ({ ctx, input }) => {
      const rows = await listGrantsOf(ctx.rows('counts'), input?.personId ?? null)
      const people = new Map<string, ReturnType<typeof entryOf>>()
      for (const row of rows) {
        const entry = people.get(row.person_id) ?? entryOf(row)
        people.set(row.person_id, entry)
        entry.grants.push({
          role: row.role,
          city: row.city_code,
          areaId: row.area_id,
          createdAt: row.created_at.toISOString(),
          createdBy: row.created_by,
          inForce: row.in_force,
        })
      }
      return [...people.values()]
    }),

  /**
   * Gives a person exactly these grants. Nobody changes their own. It takes the right `grants`; while there is no
   * security administrator, a system administrator adds the first one and the first audit administrator.
   */
  set: permitted
    .input(z.object({ personId: accountId, grants: z.array(grant).max(MOST_GRANTS) }))
    .mutation(async ({ ctx, input }) => {
      const { viewer } = ctx
      if (input.personId === viewer.userId) {
        throw forbidden('Nobody changes their own roles: another account does.', { reason: 'right' })
      }
      const roles = new Set<string>(input.grants.map(({ role }) => role))
      const apart = APART.filter((role) => roles.has(role))
      if (apart.length > 1) {
        throw badRequest(`One person holds at most one of ${APART.join(', ')}: got ${apart.join(' and ')}.`)
      }
      const local = input.grants.find(({ role, city }) => city !== null && INSTALLATION.includes(role))
      if (local) throw badRequest(`The role ${local.role} is the installation's: expected no city.`)
      const wanted = await placesOfGrants(ctx.database, input.grants)
      return ctx.change(
        ({ given, taken }) => ({ action: 'grants.set', target: input.personId, detail: { given, taken } }),
        async (tx: Queryable) => {
          await takeTurn(tx)
          await personNamed(tx, input.personId)
          const before = await listGrantKeys(tx, input.personId)
          const keys = new Set(wanted.map(keyOf))
          const given = [...keys].filter((key) => !before.has(key)).sort()
          const taken = [...before].filter((key) => !keys.has(key)).sort()
          if (!rightsOf(viewer.grants).includes('grants')) {
            const first = taken.length === 0 && given.every((key) => FIRST.includes(key.split(' ')[0]))
            if (!first || (await countHolders(tx, 'securityAdmin')) > 0) {
              throw forbidden('Roles are given by a security administrator.', { reason: 'right' })
            }
          }
          await setGrants(tx, input.personId, wanted, viewer.userId)
          if (taken.some((key) => key.startsWith('systemAdmin '))) await requireSystemAdmin(tx)
          return { given, taken }
        },
      )
    }),

  /**
   * Cities and the areas of their boundaries of today, for choosing a jurisdiction. Columns of equal length; `parent` and
   * `squad` are places in the columns, -1: none; `level` a place in `levels`.
   */
  places: permitted.query(async ({ ctx }) => {
    const places = []
    for (const city of await citiesOf(ctx.database)) {
      const levels = (await levelsOf(ctx.database, city)).filter(
        ({ version }) => version === city.current_version,
      )
      const areas = await areasOf(ctx.database, city, city.current_version)
      const at = new Map(areas.map(({ id }, index) => [id, index]))
      const placeOf = (id: number | null) => (id === null ? -1 : (at.get(id) ?? -1))
      const levelAt = new Map(levels.map(({ level }, index) => [level, index]))
      places.push({
        code: city.code,
        name: { zh: city.name_zh, en: city.name_en },
        levels: levels.map(({ hierarchy, level, rank, name_zh, name_en }) => ({
          hierarchy,
          level,
          rank,
          name: { zh: name_zh, en: name_en },
        })),
        areas: {
          id: areas.map(({ id }) => id),
          parent: areas.map(({ parent_id }) => placeOf(parent_id)),
          squad: areas.map(({ squad_id }) => placeOf(squad_id)),
          level: areas.map(({ level }) => levelAt.get(level) ?? -1),
          code: areas.map(({ code }) => code),
          nameZh: areas.map(({ name_zh }) => name_zh),
          nameEn: areas.map(({ name_en }) => name_en),
        },
      })
    }
    return places
  }),
})

function entryOf(row: ListedGrant) {
  return {
    personId: row.person_id,
    userName: row.user_name,
    name: row.name,
    grants: [] as {
      role: string
      city: string | null
      areaId: number | null
      createdAt: string
      createdBy: string | null
      inForce: boolean
    }[],
  }
}

async function listGrantKeys(tx: Parameters<typeof countHolders>[0], personId: string): Promise<Set<string>> {
  const rows = await tx.query<{ role: string; city_code: string | null; area_id: number | null }>(
    'SELECT role, city_code, area_id FROM grants WHERE person_id = $1',
    [personId],
  )
  return new Set(rows.map(keyOf))
}
