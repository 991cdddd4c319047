import { useQueries, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { type Carried, keepCarried } from '../state/carried.ts'
import { trpc } from '../trpc.ts'
import { useAreas } from './useAreas.ts'
import { useCity, useVersion } from './useCity.ts'
import { useSelection } from './useSelection.ts'
import { useChangeView, useView } from './useView.ts'

export interface VersionChoice {
  version: string
  /** Levels of the version with the number of their areas; empty until known. */
  counts: Readonly<Record<string, number>>
}

/** The boundary versions of the city, and the switch to another one, which takes the selected area along. */
export function useVersionSwitch() {
  const { code, data: city } = useCity()
  const version = useVersion()
  const { data: bundle } = useAreas()
  const { areaIndex } = useSelection()
  const pinned = useView((view) => view.level)
  const changeView = useChangeView()
  const client = useQueryClient()
  const summaries = useQueries({
    queries: (city?.versions ?? []).map((each) =>
      trpc.areas.summary.queryOptions(
        { city: code ?? '', version: each.version },
        { staleTime: Number.POSITIVE_INFINITY },
      ),
    ),
  })
  const versions: VersionChoice[] = (city?.versions ?? []).map((each, index) => ({
    version: each.version,
    counts: summaries[index]?.data ?? {},
  }))

  const change = useCallback(
    async (next: string) => {
      if (!city || code === undefined || next === version) return
      const levels = city.levels.filter((level) => level.version === next).map((level) => level.level)
      const shared = {
        version: next === city.currentVersion ? undefined : next,
        level: pinned !== undefined && levels.includes(pinned) ? pinned : undefined,
      }
      if (!bundle || areaIndex < 0) {
        keepCarried(null)
        changeView(shared)
        return
      }
      const areaId = bundle.id[areaIndex]
      const from = { zh: bundle.nameZh[areaIndex], en: bundle.nameEn[areaIndex] }
      const { counterpart } = await client.fetchQuery(
        trpc.areas.counterpart.queryOptions({ city: code, areaId, version: next }),
      )
      const to: Carried['to'] = counterpart && {
        name: counterpart.name,
        level: counterpart.level,
        relation: counterpart.relation,
      }
      keepCarried({ version: next, from, to })
      changeView({
        ...shared,
        selection: counterpart ? { kind: 'area', areaId: counterpart.areaId } : undefined,
      })
    },
    [city, code, version, pinned, bundle, areaIndex, client, changeView],
  )
  return { city, version, versions, change }
}
