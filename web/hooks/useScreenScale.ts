import { useSyncExternalStore } from 'react'

const query = window.matchMedia('(min-width: 2400px)')
const largeQuery = window.matchMedia('(min-width: 3400px)')

function subscribe(changed: () => void): () => void {
  for (const each of [query, largeQuery]) each.addEventListener('change', changed)
  return () => {
    for (const each of [query, largeQuery]) each.removeEventListener('change', changed)
  }
}

function scaleOfScreen(): number {
  return Number(getComputedStyle(document.documentElement).getPropertyValue('--scale')) || 1
}

/** How much larger panels are drawn on this screen than at desk size: `--scale` of tokens.css. */
export function useScreenScale(): number {
  return useSyncExternalStore(subscribe, scaleOfScreen)
}
