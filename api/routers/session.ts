import { accessOf, PURPOSES, RIGHTS, rightsOf, seesCity } from '../access.ts'
import { citiesOf } from '../catalog.ts'
import { evenIfBlocked, router } from '../trpc.ts'

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
})
