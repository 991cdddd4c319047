import { useEffect, useState } from 'react'

const ALONE_AFTER_MS = 4000

/** True for a few seconds after somebody moved a pointer, touched or pressed a key: then the wall offers its controls. */
export function useAttended(): boolean {
  const [attended, setAttended] = useState(false)
  useEffect(() => {
    let alone: ReturnType<typeof setTimeout> | undefined
    const someone = () => {
      setAttended(true)
      clearTimeout(alone)
      alone = setTimeout(() => setAttended(false), ALONE_AFTER_MS)
    }
    const signs = ['pointermove', 'pointerdown', 'keydown'] as const
    for (const sign of signs) window.addEventListener(sign, someone, { passive: true })
    return () => {
      clearTimeout(alone)
      for (const sign of signs) window.removeEventListener(sign, someone)
    }
  }, [])
  return attended
}
