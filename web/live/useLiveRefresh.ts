import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useCityCode } from '../hooks/useCity.ts'
import { trpc } from '../trpc.ts'
import { liveStore } from './live.ts'

/** Questions whose answers an incident changes, by router. */
const counted = new Set(['aggregates', 'operations', 'incidents'])

/**
 * Numbers are never added up here: when something live came in, the questions on the screen are asked again, so that they
 * say what the server says, and at most so often. First how far the city's data reach, on which their windows hang.
 */
export function useLiveRefresh(everyMs: number): void {
  const city = useCityCode()
  const queryClient = useQueryClient()
  useEffect(() => {
    if (city === undefined) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let last = 0
    let changed = new Set<number>()
    const refresh = async () => {
      timer = undefined
      last = Date.now()
      const ids = changed
      changed = new Set()
      await queryClient.invalidateQueries(trpc.cities.get.queryFilter({ city }))
      await queryClient.invalidateQueries({
        predicate: ({ queryKey: [path, about] }) => {
          if (!Array.isArray(path) || !counted.has(String(path[0]))) return false
          // One incident is asked for again only when it was that one.
          return path[1] !== 'get' || path[0] !== 'incidents' || ids.has(askedId(about))
        },
      })
    }
    const stop = liveStore.onNews(({ changed: more }) => {
      for (const id of more) changed.add(id)
      timer ??= setTimeout(() => void refresh(), Math.max(firstMs, last + everyMs - Date.now()))
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [city, everyMs, queryClient])
}

/** What came together is asked for together. */
const firstMs = 800

function askedId(about: unknown): number {
  if (typeof about !== 'object' || about === null || !('input' in about)) return Number.NaN
  const { input } = about
  return typeof input === 'object' && input !== null && 'id' in input ? Number(input.id) : Number.NaN
}
