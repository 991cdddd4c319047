import { useSyncExternalStore } from 'react'

function subscribe(notify: () => void): () => void {
  window.addEventListener('resize', notify)
  return () => window.removeEventListener('resize', notify)
}

/** The wall's unit in CSS pixels: 16 at 1920 × 1080, in proportion elsewhere. The same formula stands in wall.module.css. */
export function unitAt(width: number, height: number): number {
  return Math.min(width / 120, height / 67.5)
}

export function useUnit(): number {
  return useSyncExternalStore(subscribe, () => unitAt(window.innerWidth, window.innerHeight))
}
