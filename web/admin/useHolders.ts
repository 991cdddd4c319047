import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { isRole } from '../../api/roles.ts'
import { trpc } from '../trpc.ts'
import type { Granted } from './grantDraft.ts'

/** An account with what was granted to it, which may be nothing. */
export interface Holder {
  personId: string
  userName: string
  name: string
  disabled: boolean
  /** `inForce` false: the area is gone, or the account disabled. */
  grants: readonly (Granted & { inForce: boolean })[]
}

/** Every account and its grants. */
export function useHolders() {
  const people = useQuery(trpc.people.list.queryOptions())
  const grants = useQuery(trpc.grants.list.queryOptions({}))
  const data = useMemo<Holder[] | undefined>(() => {
    if (!people.data || !grants.data) return undefined
    const held = new Map(grants.data.map((entry) => [entry.personId, entry.grants]))
    return people.data.map(({ id, userName, name, disabledAt }) => ({
      personId: id,
      userName,
      name,
      disabled: disabledAt !== null,
      grants: (held.get(id) ?? []).flatMap(({ role, city, areaId, inForce }) =>
        isRole(role) ? [{ role, city, areaId, inForce }] : [],
      ),
    }))
  }, [people.data, grants.data])
  return {
    data,
    isPending: people.isPending || grants.isPending,
    error: people.error ?? grants.error,
    refetch: () => Promise.all([people.refetch(), grants.refetch()]),
  }
}
