import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useCityCode } from '../hooks/useCity.ts'
import { trpc } from '../trpc.ts'
import { liveStore } from './live.ts'

/** What came together is asked for together. */
const firstMs = 800
/** Questions about no window of time, or one that ends by itself at the newest: asked again in their place. */
const figures = new Set(['operations.overview', 'incidents.latest', 'incidents.get'])

/** Whether a change of these incidents changes the answer to a question. */
function concerns(key: readonly unknown[], changed: ReadonlySet<number>): boolean {
  const [path, about] = key
  if (!Array.isArray(path)) return false
  const name = path.join('.')
  if (!figures.has(name)) return false
  // One incident is asked for again only when it was that one.
  return name !== 'incidents.get' || changed.has(askedId(about))
}

function askedId(about: unknown): number {
  if (typeof about !== 'object' || about === null || !('input' in about)) return Number.NaN
  const { input } = about
  return typeof input === 'object' && input !== null && 'id' in input ? Number(input.id) : Number.NaN
}

/** Runs soon after it was asked to, and then at most every so often. */
function atMostEvery(milliseconds: number, run: () => void): { ask: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = Number.NEGATIVE_INFINITY
  return {
    ask() {
      timer ??= setTimeout(
        () => {
          timer = undefined
          last = Date.now()
          run()
        },
        Math.max(firstMs, last + milliseconds - Date.now()),
      )
    },
    stop: () => clearTimeout(timer),
  }
}

function refreshFigures(queryClient: QueryClient, changed: ReadonlySet<number>): void {
  void queryClient.invalidateQueries({ predicate: ({ queryKey }) => concerns(queryKey, changed) })
}

/**
 * Numbers are never added up here: when something live came in, the questions on the screen are asked again, so that they
 * say what the server says. Figures at once; windows of time, which hang on how far the city's data reach, less often.
 */
export function useLiveRefresh({ figuresMs, windowsMs }: { figuresMs: number; windowsMs: number }): void {
  const city = useCityCode()
  const queryClient = useQueryClient()
  useEffect(() => {
    if (city === undefined) return
    let changed = new Set<number>()
    const figuresSoon = atMostEvery(figuresMs, () => {
      const ids = changed
      changed = new Set()
      refreshFigures(queryClient, ids)
    })
    const windowsSoon = atMostEvery(windowsMs, () => {
      void queryClient.invalidateQueries(trpc.cities.get.queryFilter({ city }))
    })
    const stop = liveStore.onNews(({ changed: more }) => {
      for (const id of more) changed.add(id)
      figuresSoon.ask()
      windowsSoon.ask()
    })
    return () => {
      stop()
      figuresSoon.stop()
      windowsSoon.stop()
    }
  }, [city, figuresMs, windowsMs, queryClient])
}
