import { useMemo } from 'react'
import type { Family } from '../../api/roles.ts'
import { countRights, viewerAccess } from '../state/access.ts'
import { usePurposeState } from '../state/purpose.ts'
import { useCityCode } from './useCity.ts'
import { useMe } from './useSession.ts'

/** The purpose given, while it holds for who is signed in. */
export function usePurpose() {
  const given = usePurposeState((state) => state.given)
  const userName = useMe()?.userName
  return given && given.userName === userName ? given : null
}

/** What the signed-in account may do in the city of the view. */
export function useAccess() {
  const me = useMe()
  const code = useCityCode()
  const purpose = usePurpose()?.purpose ?? null
  return useMemo(() => viewerAccess(me, code, purpose), [me, code, purpose])
}

const rooms = [
  { to: '/', name: 'map', rights: ['map'] },
  { to: '/wall', name: 'wall', rights: countRights },
  { to: '/plan', name: 'plan', rights: ['patrols'] },
  { to: '/brief', name: 'brief', rights: countRights },
] as const

export type RoomName = (typeof rooms)[number]['name']

/** The rooms this account can work in. */
export function useRooms() {
  const access = useAccess()
  return useMemo(() => rooms.filter(({ rights }) => access.can(...rights)), [access])
}

/** The one family of kinds that is counted for this account; undefined where all are. */
export function useOnlyFamily(): Family | undefined {
  const { families } = useAccess()
  return families.length === 1 ? families[0] : undefined
}
