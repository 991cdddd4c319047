import { useEffect } from 'react'
import { countRights } from '../state/access.ts'
import { useMay, useMe } from './useSession.ts'

/** Who was already led to their work in this page. */
let led: string | null = null

/** True the first time somebody without numbers but with administration comes to the map: their work is elsewhere. */
export function useLanding(): boolean {
  const me = useMe()
  const counts = useMay(...countRights)
  const administers = useMay('people', 'grants', 'audit.read', 'audit.keep')
  const userName = me?.userName ?? null
  const leads = !counts && administers && userName !== null && led !== userName
  useEffect(
    () => () => {
      led = userName
    },
    [userName],
  )
  return leads
}
