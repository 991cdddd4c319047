import { ownResets, signInBefore } from '../../db/queries/ownAccount.ts'
import { accessOf, PURPOSES, RIGHTS, rightsOf, seesCity } from '../access.ts'
import { citiesOf } from '../catalog.ts'
import { nowOf } from '../people/clock.ts'
import { evenIfBlocked, router } from '../trpc.ts'

const TOLD_FOR_MS = 30 * 86_400_000
const RESET = {
  'password.reset': 'password',
  'factor.reset': 'factor',
  'person.recover': 'recovered',
} as const

/** Who is signed in and what they may: screens offer nothing else. */
export const session = router({
  /**
   * The viewer's own account. Of the rights held in a city, `purposeNeeded` are only answered with a purpose and
   * `limited` only inside the areas `areaIds`; `whole` says that none is limited.
   */
  me: evenIfBlocked.query(async ({ ctx }) => {
    const { viewer } = ctx
    const codes = (await citiesOf(ctx.database)).map(({ code }) => code)
    return {
      userName: viewer.userName,
      name: viewer.name,
      kind: viewer.kind,
      roles: [...new Set(viewer.grants.map(({ role }) => role))],
      rightsAnywhere: rightsOf(viewer.grants),
      cities: codes
        .filter((code) => seesCity(viewer.grants, code))
        .map((code) => {
          const access = accessOf({ grants: viewer.grants, purpose: null }, { code, kinds: [] }, null)
          const rights = RIGHTS.filter((right) => access.has(right))
          return {
            code,
            rights,
            purposeNeeded: rights.filter((right) => access.purposeNeeded(right)),
            limited: rights.filter((right) => access.isLimited(right)),
            whole: access.isWhole,
            areaIds: access.areaIds,
          }
        }),
      purposes: [...PURPOSES],
      mustChangePassword: viewer.mustChangePassword,
      twoFactor: viewer.twoFactor,
      idleMinutes: viewer.idleMinutes,
      expiresAt: viewer.expiresAt,
    }
  }),
  /**
   * What whoever signs in should know of their own account: who reset it in the last 30 days, newest first (`by` 'server':
   * whoever runs the machine), and when and from where it was last signed in with before. Instants are ISO texts.
   */
  lately: evenIfBlocked.query(async ({ ctx }) => {
    const rows = ctx.rows('counts')
    const resets = await ownResets(rows, new Date(nowOf(ctx).getTime() - TOLD_FOR_MS))
    const before = await signInBefore(rows, ctx.viewer.sessionId)
    return {
      resets: resets.map(({ at, action, roles }) => ({
        at: at.toISOString(),
        what: RESET[action],
        by: roles.includes('systemAdmin') ? ('systemAdmin' as const) : ('server' as const),
      })),
      signInBefore: before ? { at: before.at.toISOString(), address: before.address } : null,
    }
  }),
})
