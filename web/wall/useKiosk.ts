import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useSession } from '../hooks/useSession.ts'
import { enterKiosk, isKioskBrowser, kioskToken, rememberKiosk } from '../state/kiosk.ts'
import { sessionKey } from '../trpc.ts'
import { retryDelayMs } from './freshness.ts'

/** none: nobody is at the door. entering, offline: on the way in. refused: the link does not open. */
export type KioskEntry = 'none' | 'entering' | 'offline' | 'refused'

/** Lets this browser in by the token in its address, as often as it takes, and takes the token out of the address. */
export function useKiosk() {
  const queryClient = useQueryClient()
  const [token, setToken] = useState(() => kioskToken(window.location.hash))
  const [entry, setEntry] = useState<KioskEntry>(token === null ? 'none' : 'entering')
  const [known, setKnown] = useState(isKioskBrowser)

  // Somebody who signed in here made it a person's browser again.
  const kind = useSession().data?.kind
  useEffect(() => {
    if (kind !== 'person') return
    rememberKiosk(false)
    setKnown(false)
  }, [kind])

  useEffect(() => {
    const read = () => {
      const next = kioskToken(window.location.hash)
      if (next === null) return
      setEntry('entering')
      setToken(next)
    }
    window.addEventListener('hashchange', read)
    return () => window.removeEventListener('hashchange', read)
  }, [])

  useEffect(() => {
    if (token === null) return
    let failures = 0
    let timer: ReturnType<typeof setTimeout> | undefined
    let gone = false
    const enter = async () => {
      const answer = await enterKiosk(token)
      if (gone) return
      if (answer === 'later') {
        setEntry('offline')
        timer = setTimeout(() => void enter(), retryDelayMs(failures++, Math.random()))
        return
      }
      // Neither the history nor anybody who looks at the address keeps the token.
      history.replaceState(history.state, '', `${window.location.pathname}${window.location.search}`)
      setToken(null)
      if (answer === 'refused') {
        setEntry('refused')
        return
      }
      rememberKiosk(true)
      setKnown(true)
      await queryClient.refetchQueries({ queryKey: sessionKey })
      setEntry('none')
    }
    void enter()
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [token, queryClient])

  return {
    entry,
    /** True in a browser that was let in as a wall before. */
    known,
    /** A person takes over. */
    forget() {
      rememberKiosk(false)
      setKnown(false)
      setEntry('none')
    },
  }
}
