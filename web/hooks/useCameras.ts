import { useQuery } from '@tanstack/react-query'
import { trpc } from '../trpc.ts'
import { useAccess } from './useAccess.ts'
import { useCity, useVersion } from './useCity.ts'

export { useCameraBundle } from './useAreas.ts'

export function useCamera(id: number | undefined) {
  const { code } = useCity()
  const version = useVersion()
  const seen = useAccess().may('cameras.points')
  return useQuery(
    trpc.cameras.get.queryOptions(
      { city: code ?? '', id: id ?? 0, version },
      { enabled: seen && code !== undefined && id !== undefined },
    ),
  )
}
