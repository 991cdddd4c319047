/**
 * Whose session this page holds. A session that ends by itself stays held: the page keeps what was on it, covered, until
 * the same person is back; somebody else starts clean.
 */
import { create } from 'zustand'

/** Why a session ended by itself. */
export type SessionEnd = 'ended' | 'idle'

interface Held {
  /** The user name; null before the first session. */
  userName: string | null
  /** null while the session goes on, or after signing out. */
  end: SessionEnd | null
}

export const useHeldSession = create<Held>(() => ({ userName: null, end: null }))

/** @returns true when it is not the one held until now: everything loaded for that one must go. */
export function holdSession(userName: string): boolean {
  const before = useHeldSession.getState().userName
  useHeldSession.setState({ userName, end: null })
  return before !== null && before !== userName
}

/** The first reason stays. */
export function sessionEnded(end: SessionEnd): void {
  if (useHeldSession.getState().end === null) useHeldSession.setState({ end })
}

/** Somebody signed out: nothing is kept. */
export function dropSession(): void {
  useHeldSession.setState({ userName: null, end: null })
}
