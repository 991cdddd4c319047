import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react'
import { tellUse, toldAt, usedAt, watchUse } from '../state/activity.ts'
import { sessionEnded, useHeldSession } from '../state/heldSession.ts'
import { signOut } from '../state/session.ts'
import { sessionKey } from '../trpc.ts'

/** The end is announced this long before it comes, at most half the allowed time; milliseconds. */
const noticeMs = 120_000
/** While somebody is at work the server hears of it this often. */
const tellMs = 60_000

/**
 * Ends the session after too long without a person. @param idleMinutes null: it does not end by itself.
 * @returns seconds left once the end is near, else null; and what to call when the person says to be there.
 */
export function useIdle(idleMinutes: number | null): { secondsLeft: number | null; stay: () => void } {
  const queryClient = useQueryClient()
  const [secondsLeft, setSecondsLeft] = useState<number | null>(null)
  const telling = useRef(false)
  // Opening the page is use too; what was told before it may be long ago.
  const begun = useRef(false)

  const tell = useCallback(() => {
    if (telling.current) return
    telling.current = true
    tellUse()
      .then(() => {
        begun.current = true
      })
      // Not reached: the next second tries again, and the end comes no later than the server counts it.
      .catch(() => undefined)
      .finally(() => {
        telling.current = false
      })
  }, [])

  const tick = useEffectEvent(() => {
    // Under its cover the page waits for the next sign-in.
    if (idleMinutes === null || useHeldSession.getState().end !== null) return
    if (!begun.current) return tell()
    const idleMs = 60_000 * idleMinutes
    const told = toldAt()
    const leftMs = told + idleMs - Date.now()
    if (leftMs <= 0) {
      setSecondsLeft(null)
      sessionEnded('idle')
      // The server may count a few seconds later than this clock: it is told, so that the session is over for good.
      void signOut()
        .catch(() => undefined)
        .then(() => queryClient.invalidateQueries({ queryKey: sessionKey }))
      return
    }
    const near = leftMs <= Math.min(noticeMs, idleMs / 2)
    setSecondsLeft(near ? Math.ceil(leftMs / 1000) : null)
    // A computer that slept wakes up with an old use untold: that is nobody at the screen now.
    const present = usedAt() > told && Date.now() - usedAt() < 2 * tellMs
    if (present && (near || Date.now() - told >= tellMs)) tell()
  })

  useEffect(() => {
    if (idleMinutes === null) return
    const stop = watchUse()
    const timer = setInterval(tick, 1000)
    return () => {
      stop()
      clearInterval(timer)
      setSecondsLeft(null)
    }
  }, [idleMinutes])
  return { secondsLeft, stay: tell }
}
