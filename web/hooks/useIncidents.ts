import { useQuery } from '@tanstack/react-query'
import type { Bounds } from '../map/scene.ts'
import { pointRights } from '../state/access.ts'
import type { Span } from '../state/timeWindow.ts'
import { type Inputs, trpc } from '../trpc.ts'
import { keepAlike, passingInView } from './keepAlike.ts'
import { useAccess } from './useAccess.ts'
import { isoSpan } from './useAggregates.ts'
import { useCity, useVersion } from './useCity.ts'

/** Incidents of a box and a window as columns; bounded, `truncated` says when there are more. */
export function useIncidents(question: {
  bounds: Bounds | undefined
  span: Span | undefined
  kinds?: readonly string[]
  limit: number
  enabled?: boolean
}) {
  const { code } = useCity()
  const { bounds, span, kinds, limit, enabled = true } = question
  const seen = useAccess().may(...pointRights)
  const asked = {
    city: code ?? '',
    bbox: bounds ?? [0, 0, 0, 0],
    ...(span ? isoSpan(span) : { from: '', to: '' }),
    kinds: kinds ? [...kinds] : undefined,
    limit,
  } satisfies Inputs['incidents']['inView']
  return useQuery(
    trpc.incidents.inView.queryOptions(asked, {
      enabled: enabled && seen && code !== undefined && bounds !== undefined && span !== undefined,
      placeholderData: keepAlike(asked, passingInView),
    }),
  )
}

export function useIncident(id: number | undefined) {
  const { code } = useCity()
  const version = useVersion()
  const seen = useAccess().may(...pointRights)
  return useQuery(
    trpc.incidents.get.queryOptions(
      { city: code ?? '', id: id ?? 0, version },
      { enabled: seen && code !== undefined && id !== undefined },
    ),
  )
}

/** The newest incidents, newest first. */
export function useLatestIncidents(limit: number, refetchIntervalMs: number | false = false) {
  const { code } = useCity()
  const seen = useAccess().may(...pointRights)
  const asked = { city: code ?? '', limit }
  return useQuery(
    trpc.incidents.latest.queryOptions(asked, {
      enabled: seen && code !== undefined,
      refetchInterval: refetchIntervalMs,
      placeholderData: keepAlike(asked),
    }),
  )
}
