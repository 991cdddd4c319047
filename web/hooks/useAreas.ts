import { useQuery } from '@tanstack/react-query'
import { loadAreaBundle, loadCameraBundle, loadLineBundle } from '../map/bundles.ts'
import { trpc } from '../trpc.ts'
import { useAccess } from './useAccess.ts'
import { useCity, useVersion } from './useCity.ts'

/** What is forgotten when the purpose ends. */
const cameraBundleKey = 'cameraBundle'

// Typed arrays of an immutable, content-addressed file: never compared, never asked for again.
const immutable = { staleTime: Number.POSITIVE_INFINITY, structuralSharing: false } as const

/** All areas of the view's boundary version, from the binary bundle (decoded in a worker). */
export function useAreas() {
  const { data: city } = useCity()
  const version = useVersion()
  const url = city && version !== undefined ? city.bundles.areas[version] : undefined
  return useQuery({
    queryKey: ['areaBundle', url],
    queryFn: () => loadAreaBundle(url ?? ''),
    enabled: url !== undefined,
    ...immutable,
  })
}

/** Roads, water, blocks and key sites of the city. */
export function useGround() {
  const url = useCity().data?.bundles.ground
  return useQuery({
    queryKey: ['lineBundle', url],
    queryFn: () => loadLineBundle(url ?? ''),
    enabled: Boolean(url),
    ...immutable,
  })
}

/** All cameras of the city; loaded only once the layer, or a figure, needs them. */
export function useCameraBundle(enabled: boolean) {
  const url = useCity().data?.bundles.cameras
  const seen = useAccess().may('cameras.points')
  return useQuery({
    queryKey: [cameraBundleKey, url],
    queryFn: () => loadCameraBundle(url ?? ''),
    enabled: enabled && seen && Boolean(url),
    ...immutable,
  })
}

/** Facts of one area: what is inside, cameras, roads, places. */
export function useAreaFacts(areaId: number | undefined) {
  const { code } = useCity()
  return useQuery(
    trpc.areas.facts.queryOptions(
      { city: code ?? '', areaId: areaId ?? 0 },
      { enabled: code !== undefined && areaId !== undefined },
    ),
  )
}
