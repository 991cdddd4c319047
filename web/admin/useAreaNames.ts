import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { areaIndexOf } from '../../geodata/areaBundle.ts'
import { useAreas } from '../hooks/useAreas.ts'
import { useCities, useCity } from '../hooks/useCity.ts'
import { useLanguage } from '../hooks/useView.ts'
import { nameOf } from '../state/areaTree.ts'

interface Where {
  city: string | null
  areaId: number | null
  /** [west, south, east, north], EPSG:4326, degrees. */
  box: readonly number[] | null
}

/** Where an audit row speaks of, in words; areas of other cities than the one on screen by number. */
export function useAreaNames(): (where: Where) => string {
  const { t } = useTranslation()
  const language = useLanguage()
  const cities = useCities().data
  const { code } = useCity()
  const areas = useAreas().data
  return useCallback(
    ({ city, areaId, box }) => {
      if (city === null) return ''
      const cityName = cities?.find((each) => each.code === city)?.name[language] ?? city
      if (areaId !== null) {
        const index = areas && city === code ? areaIndexOf(areas, areaId) : -1
        return areas && index >= 0 ? nameOf(areas, index, language) : `${cityName} #${areaId}`
      }
      return box ? t('admin.audit.boxOf', { city: cityName }) : cityName
    },
    [t, language, cities, code, areas],
  )
}
