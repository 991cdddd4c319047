/** What the signed-in account may do in a city, as the screens ask it. The server decides again; this only keeps screens from offering in vain. */
import { FAMILIES, type Family, type Right } from '../../api/roles.ts'
import type { Outputs } from '../trpc.ts'

export type Me = Outputs['session']['me']

/** granted: may be used now. purpose: once a purpose is given. denied: not at all. */
export type Leave = 'granted' | 'purpose' | 'denied'

export interface ViewerAccess {
  leave(...anyOf: readonly Right[]): Leave
  /** Held at all, be it for a purpose only. */
  can(...anyOf: readonly Right[]): boolean
  /** May be used now. */
  may(...anyOf: readonly Right[]): boolean
  /** The families of kinds that are counted for this viewer. */
  families: readonly Family[]
  /** The areas counts are limited to; null: the whole city is counted. */
  areaIds: readonly number[] | null
}

export const countRights = ['counts.governance', 'counts.publicOrder'] as const
export const pointRights = ['points.governance', 'points.publicOrder'] as const

/** @param code of the city; undefined while none is known: then nothing is granted. */
export function viewerAccess(
  me: Pick<Me, 'cities'> | undefined,
  code: string | undefined,
  purpose: string | null,
): ViewerAccess {
  const city = me?.cities.find((each) => each.code === code)
  const leaveOf = (right: Right): Leave => {
    if (!city?.rights.includes(right)) return 'denied'
    return city.purposeNeeded.includes(right) && purpose === null ? 'purpose' : 'granted'
  }
  const leave = (...anyOf: readonly Right[]): Leave => {
    const leaves = anyOf.map(leaveOf)
    return leaves.includes('granted') ? 'granted' : leaves.includes('purpose') ? 'purpose' : 'denied'
  }
  const families = FAMILIES.filter((family) => leaveOf(`counts.${family}`) !== 'denied')
  const limited = city !== undefined && isLimited(city)
  return {
    leave,
    can: (...anyOf) => leave(...anyOf) !== 'denied',
    may: (...anyOf) => leave(...anyOf) === 'granted',
    families,
    areaIds: limited ? city.areaIds : null,
  }
}

/** Whether counts of all families held are limited to areas; where one is not, every area has a number. */
function isLimited(city: Me['cities'][number]): boolean {
  const counted = countRights.filter((right) => city.rights.includes(right))
  return counted.length > 0 && counted.every((right) => city.limited.includes(right))
}
