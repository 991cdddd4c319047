import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useState } from 'react'
import { lastUsed, watchUse } from '../state/activity.ts'
import { sessionEnded } from '../state/heldSession.ts'
import { signOut } from '../state/session.ts'
import { sessionKey } from '../trpc.ts'

/** The end is announced this long before it comes, at most half the allowed time; milliseconds. */
const noticeMs = 120_000
/** While somebody is at work the server hears of it this often, even when the screen asks nothing. */
const tellMs = 60_000

/**
 * Ends the session after too long without a person. @param idleMinutes null: it does not end by itself.
 * @returns seconds left once the end is near, else null.
 */
export function useIdle(idleMinutes: number | null): number | null {
  const queryClient = useQueryClient()
  const [secondsLeft, setSecondsLeft] = useState<number | null>(null)

  const tick = useEffectEvent((told: { at: number; used: number }) => {
    if (idleMinutes === null) return
    const idleMs = 60_000 * idleMinutes
    const used = lastUsed()
    const leftMs = used + idleMs - Date.now()
    if (leftMs <= 0) {
      sessionEnded('idle')
      // The server may count a few seconds later than this clock: it is told, so that the session is over for good.
      void signOut()
        .catch(() => undefined)
        .then(() => queryClient.invalidateQueries({ queryKey: sessionKey }))
      return
    }
    setSecondsLeft(leftMs <= Math.min(noticeMs, idleMs / 2) ? Math.ceil(leftMs / 1000) : null)
    if (used > told.used && Date.now() - told.at >= tellMs) {
      told.at = Date.now()
      told.used = used
      void queryClient.invalidateQueries({ queryKey: sessionKey })
    }
  })

  useEffect(() => {
    if (idleMinutes === null) return
    const stop = watchUse()
    const told = { at: Date.now(), used: lastUsed() }
    const timer = setInterval(() => tick(told), 1000)
    return () => {
      stop()
      clearInterval(timer)
    }
  }, [idleMinutes])
  return secondsLeft
}
