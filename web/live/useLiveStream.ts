import { useEffect } from 'react'
import type { Right } from '../../api/roles.ts'
import { useAccess, usePurpose } from '../hooks/useAccess.ts'
import { useCityCode } from '../hooks/useCity.ts'
import { useMe } from '../hooks/useSession.ts'
import { countRights, pointRights } from '../state/access.ts'
import { useHeldSession } from '../state/heldSession.ts'
import { openLive } from './live.ts'
import { liveServer } from './liveServer.ts'

/** Any of these has something live to see. */
export const liveRights: readonly Right[] = [...countRights, ...pointRights, 'patrols']

/** Keeps the tab's one stream open while the room is: of the city of the view, as who is signed in, for the purpose given. */
export function useLiveStream(): void {
  const city = useCityCode()
  const access = useAccess()
  const userName = useMe()?.userName
  const purpose = usePurpose()?.purpose ?? null
  const over = useHeldSession((held) => held.end !== null)
  const wanted = access.can(...liveRights) && !over
  useEffect(() => {
    if (!wanted || city === undefined || userName === undefined) return
    return openLive(liveServer(city, purpose), userName)
  }, [wanted, city, purpose, userName])
}
