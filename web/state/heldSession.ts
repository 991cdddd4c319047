/**
 * Whose session this page holds. A session that ends by itself stays held: the page keeps what was on it, covered, until
 * the same person is back; somebody else starts clean.
 */
import { create } from 'zustand'
import type { Session } from './session.ts'

/** Why a session ended by itself. */
export type SessionEnd = 'ended' | 'idle'

interface Held {
  session: Session | null
  /** null while the session goes on, or after signing out. */
  end: SessionEnd | null
}

export const useHeldSession = create<Held>(() => ({ session: null, end: null }))

/** @returns true when it is not the one held until now: everything loaded for that one must go. */
export function holdSession(session: Session): boolean {
  const before = useHeldSession.getState().session
  useHeldSession.setState({ session, end: null })
  return before !== null && before.userId !== session.userId
}

/** The first reason stays. */
export function sessionEnded(end: SessionEnd): void {
  if (useHeldSession.getState().end === null) useHeldSession.setState({ end })
}

/** Somebody signed out: nothing is kept. */
export function dropSession(): void {
  useHeldSession.setState({ session: null, end: null })
}
