import { useSyncExternalStore } from 'react'

function subscribe(notify: () => void): () => void {
  window.addEventListener('resize', notify)
  return () => window.removeEventListener('resize', notify)
}

/** The wall's unit in CSS pixels: 16 at 1920 × 1080, in proportion elsewhere. The same formula stands in wall.module.css. */
export function unitAt(width: number, height: number): number {
  return Math.min(width / 120, height / 67.5)
}

/**
 * How much larger the map's words and lines are drawn than at a desk: 1 up to 1080 lines, 2 at 2160. In quarters,
 * because another value means another map.
 */
export function magnificationAt(unit: number): number {
  return Math.max(1, Math.round((unit / 16) * 4) / 4)
}

export function useUnit(): number {
  return useSyncExternalStore(subscribe, () => unitAt(window.innerWidth, window.innerHeight))
}
