import { useEffect, useState } from 'react'

/** The wall clock as epoch milliseconds, renewed every `everyMs`. The timer ends with the component. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}
