import { type Dispatch, useEffect, useReducer } from 'react'
import { type Tour, type TourAction, tourReducer } from './tour.ts'

const LOOK_EVERY_MS = 500

/** The running tour. It looks at the clock twice a second and renders only when the scene changes. */
export function useTour(scenes: number, first: number, stayMs: number): [Tour, Dispatch<TourAction>] {
  const [tour, dispatch] = useReducer(tourReducer, null, () => ({
    scenes,
    index: Math.min(Math.max(first, 0), scenes - 1),
    paused: false,
    since: Date.now(),
  }))
  useEffect(() => {
    const timer = setInterval(() => dispatch({ type: 'tick', now: Date.now(), stayMs }), LOOK_EVERY_MS)
    return () => clearInterval(timer)
  }, [stayMs])
  return [tour, dispatch]
}
