/** What one person is to hold, while it is being changed; and what that changes. */
import type { Role } from '../../api/roles.ts'
import { everywhere, type Place, placeKey } from './places.ts'
import { APART, PLACELESS } from './roleKinds.ts'

export interface Granted extends Place {
  role: Role
}

/** A line of the draft: a place may still be missing. */
export interface DraftGrant {
  key: number
  role: Role | null
  place: Place | null
}

export type GrantProblem = 'incomplete' | 'twice' | 'apart'

export function grantKey({ role, city, areaId }: Granted): string {
  return `${role} ${placeKey({ city, areaId })}`
}

/** A role's only possible place, or null when one must be chosen. */
export function fixedPlace(role: Role | null): Place | null {
  return role !== null && PLACELESS.includes(role) ? everywhere : null
}

/** The finished lines. */
export function grantsOf(draft: readonly DraftGrant[]): Granted[] {
  return draft.flatMap(({ role, place }) => (role && place ? [{ role, ...place }] : []))
}

/** What keeps a draft from being saved; null: nothing. */
export function problemOf(draft: readonly DraftGrant[]): GrantProblem | null {
  const grants = grantsOf(draft)
  if (grants.length < draft.length) return 'incomplete'
  if (new Set(grants.map(grantKey)).size < grants.length) return 'twice'
  const apart = new Set(grants.map(({ role }) => role).filter((role) => APART.includes(role)))
  return apart.size > 1 ? 'apart' : null
}

/** What saving would give and take. */
export function changesOf(
  before: readonly Granted[],
  after: readonly Granted[],
): { given: Granted[]; taken: Granted[] } {
  const had = new Set(before.map(grantKey))
  const has = new Set(after.map(grantKey))
  return {
    given: after.filter((grant) => !had.has(grantKey(grant))),
    taken: before.filter((grant) => !has.has(grantKey(grant))),
  }
}
