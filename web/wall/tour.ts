/** The tour of the wall: which scene shows, and when it changes. Pure; the clock is handed in. */

export interface Tour {
  scenes: number
  index: number
  paused: boolean
  /** Instant (epoch ms) at which the scene now showing appeared. */
  since: number
}

export type TourAction =
  | { type: 'tick'; now: number; stayMs: number }
  | { type: 'next'; now: number }
  | { type: 'previous'; now: number }
  | { type: 'show'; index: number; now: number }
  | { type: 'togglePause'; now: number }

export const DEFAULT_STAY_SECONDS = 30
const SHORTEST_STAY_SECONDS = 5
const LONGEST_STAY_SECONDS = 3600

/** Seconds a scene stays, from the URL's `stay`; anything outside 5 s to 1 h, or no number at all, becomes the default. */
export function staySeconds(search: URLSearchParams): number {
  const asked = Number(search.get('stay'))
  return asked >= SHORTEST_STAY_SECONDS && asked <= LONGEST_STAY_SECONDS ? asked : DEFAULT_STAY_SECONDS
}

/** Returns the same object when nothing changes, so that React renders nothing. */
export function tourReducer(tour: Tour, action: TourAction): Tour {
  const show = (index: number) => ({
    ...tour,
    index: ((index % tour.scenes) + tour.scenes) % tour.scenes,
    since: action.now,
  })
  switch (action.type) {
    case 'tick':
      return tour.paused || action.now - tour.since < action.stayMs ? tour : show(tour.index + 1)
    case 'next':
      return show(tour.index + 1)
    case 'previous':
      return show(tour.index - 1)
    case 'show':
      return action.index >= 0 && action.index < tour.scenes ? show(action.index) : tour
    case 'togglePause':
      return { ...tour, paused: !tour.paused, since: action.now }
  }
}
