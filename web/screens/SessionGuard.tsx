import { Navigate, useLocation } from '@tanstack/react-router'
import { SessionCover } from '../account/SessionCover.tsx'
import { useForgetReturn } from '../hooks/useForgetReturn.ts'
import { useMe, useSession } from '../hooks/useSession.ts'
import { useHeldSession } from '../state/heldSession.ts'
import { ErrorState } from '../ui/ErrorState.tsx'
import { LoadingState } from '../ui/LoadingState.tsx'
import { KioskScreen } from '../wall/KioskScreen.tsx'
import { useKiosk } from '../wall/useKiosk.ts'
import { AccountGate } from './AccountGate.tsx'
import { SignInScreen } from './SignInScreen.tsx'

/**
 * Nobody gets past without a session. Signing in happens in place: the URL keeps the view. A session that was there stays
 * until the server says otherwise: a question it could not answer ends nothing, and one that ended by itself is covered,
 * not thrown away.
 */
export function SessionGuard() {
  const session = useSession()
  const me = useMe()
  const held = useHeldSession()
  const kiosk = useKiosk()
  useForgetReturn(Boolean(session.data))
  const onTheWall = useLocation({ select: ({ pathname }) => pathname === '/wall' })
  if (kiosk.entry !== 'none') return <KioskScreen state={kiosk.entry} onPerson={kiosk.forget} />
  if (session.isPending) return <LoadingState />
  if (session.data === undefined && kiosk.known)
    return <KioskScreen state="offline" onPerson={kiosk.forget} />
  if (session.data === undefined) {
    return <ErrorState error={session.error} onRetry={() => void session.refetch()} />
  }
  const over = session.data === null
  if (over && kiosk.known) return <KioskScreen state="revoked" onPerson={kiosk.forget} />
  if (me?.kind === 'kiosk' && !onTheWall) return <Navigate to="/wall" search={true} replace />
  if (!me || (over && held.userName === null)) return <SignInScreen />
  return (
    <>
      <AccountGate key={me.userName} me={me} onSettled={session.refetch} />
      {over && <SessionCover name={me.userName} end={held.end ?? 'ended'} />}
    </>
  )
}
