import { Outlet } from '@tanstack/react-router'
import { Fragment } from 'react'
import { SessionCover } from '../account/SessionCover.tsx'
import { useSession } from '../hooks/useSession.ts'
import { useHeldSession } from '../state/heldSession.ts'
import { ErrorState } from '../ui/ErrorState.tsx'
import { LoadingState } from '../ui/LoadingState.tsx'
import { SignInScreen } from './SignInScreen.tsx'

/**
 * Nobody gets past without a session. Signing in happens in place: the URL keeps the view. A session that was there stays
 * until the server says otherwise: a question it could not answer ends nothing, and one that ended by itself is covered,
 * not thrown away.
 */
export function SessionGuard() {
  const session = useSession()
  const held = useHeldSession()
  if (session.isPending) return <LoadingState />
  if (session.data === undefined) {
    return <ErrorState error={session.error} onRetry={() => void session.refetch()} />
  }
  const owner = session.data ?? held.session
  if (!owner) return <SignInScreen />
  return (
    <>
      <Fragment key={owner.userId}>
        <Outlet />
      </Fragment>
      {session.data === null && <SessionCover name={owner.name} end={held.end ?? 'ended'} />}
    </>
  )
}
