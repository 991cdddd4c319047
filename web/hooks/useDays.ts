import { useQuery } from '@tanstack/react-query'
import type { LevelName } from '../../geodata/city.ts'
import { askWorker, loadDays } from '../map/bundles.ts'
import { countRights } from '../state/access.ts'
import type { LoadedDays } from '../workers/protocol.ts'
import { useAccess } from './useAccess.ts'
import { useCity, useVersion } from './useCity.ts'

/** Rows change: after so long the counts are asked for anew when they are needed, and mostly answered "unchanged". */
const freshMs = 5 * 60_000

/** Counts of the city by day, loaded once something plays them. */
export function useDays(enabled: boolean) {
  const { code, data: city } = useCity()
  const url = city?.bundles.days ?? undefined
  const counted = useAccess().may(...countRights)
  return useQuery({
    queryKey: ['days', code, city?.asOf, url],
    queryFn: () => loadDays(url ?? ''),
    enabled: enabled && counted && url !== undefined,
    staleTime: freshMs,
    refetchOnMount: true,
    structuralSharing: false,
  })
}

/**
 * Cumulative counts of one level of the view's boundary version, made by the worker.
 * @param kinds positions in `days.kinds`; null: all.
 */
export function useDayPlanes(
  days: LoadedDays | undefined,
  level: LevelName | null | undefined,
  kinds: readonly number[] | null,
) {
  const version = useVersion()
  const known = days?.levels.some((each) => each.version === version && each.level === level) ?? false
  return useQuery({
    queryKey: ['dayPlanes', days?.key, version, level, kinds?.join() ?? null],
    queryFn: () =>
      askWorker('dayPlanes', { key: days?.key ?? 0, version: version ?? '', level: level ?? '', kinds }),
    enabled: days !== undefined && known,
    staleTime: Number.POSITIVE_INFINITY,
    // Some megabytes each: those of a level looked at a minute ago are made again in milliseconds.
    gcTime: 60_000,
    structuralSharing: false,
  })
}
