import { useEffect, useEffectEvent, useRef } from 'react'
import type { ViewSearch } from '../state/viewSearch.ts'
import { useChangeView, useView } from './useView.ts'

/** What of a view says which incidents are counted: what Ctrl+Z brings back. Not the map's place, not how it looks. */
function filtersOf({ window, kinds, hours, selection, rest }: ViewSearch) {
  return { window, kinds, hours, selection, inClass: rest?.inClass }
}
interface Step {
  key: string
  filters: ReturnType<typeof filtersOf>
}

/** Steps kept. */
const mostSteps = 50

/**
 * Ctrl+Z (⌘Z) takes the last change of a filter back, Ctrl+Shift+Z or Ctrl+Y does it again, whoever made it: a chart, the
 * time axis, the legend, the list of kinds. Text being typed keeps its own undo.
 */
export function useFilterHistory(): void {
  const view = useView()
  const changeView = useChangeView()
  const filters = filtersOf(view)
  const key = JSON.stringify(filters)
  const now = useRef({ key, filters })
  const past = useRef<Step[]>([])
  const future = useRef<Step[]>([])
  const note = useEffectEvent(() => {
    past.current = [...past.current.slice(1 - mostSteps), now.current]
    future.current = []
    now.current = { key, filters }
  })
  useEffect(() => {
    if (key !== now.current.key) note()
  }, [key])

  const go = useEffectEvent((from: Step[], to: Step[]) => {
    const next = from.pop()
    if (next === undefined) return
    to.push(now.current)
    // Set first, so that the change is not taken for a new step.
    now.current = next
    const { inClass, ...others } = next.filters
    const { inClass: _, ...rest } = view.rest ?? {}
    changeView({ ...others, rest: inClass === undefined ? rest : { ...rest, inClass } }, { replace: true })
  })
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return
    const target = event.target
    if (target instanceof HTMLElement && target.matches('input, textarea, [contenteditable]')) return
    const letter = event.key.toLowerCase()
    if (letter === 'y' || (letter === 'z' && event.shiftKey)) go(future.current, past.current)
    else if (letter === 'z') go(past.current, future.current)
    else return
    event.preventDefault()
  })
  useEffect(() => {
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
}
