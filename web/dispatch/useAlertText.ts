import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { LiveAlert } from '../../api/live/messages.ts'
import { useCity } from '../hooks/useCity.ts'
import { useLanguage } from '../hooks/useView.ts'
import { useLiveStore } from '../live/live.ts'
import { useSourceName } from '../live/useSourceName.ts'
import { useSquads } from './useSquads.ts'

/** What is wrong, in one line: whom it is about, where, and which incident. */
export function useAlertText(): (alert: Omit<LiveAlert, 'raisedAt' | 'clearedAt'>) => string {
  const { t } = useTranslation()
  const { areaName } = useSquads()
  const sourceName = useSourceName()
  const { store } = useLiveStore()
  const language = useLanguage()
  const { data: city } = useCity()
  return useCallback(
    ({ kind, sourceCode, unitId, squadId, areaId, incidentId }) => {
      const who =
        (sourceCode === null ? null : sourceName(sourceCode)) ??
        (unitId !== null
          ? (store.units.get(unitId)?.callSign ?? t('dispatch.unit', { id: unitId }))
          : squadId !== null
            ? areaName(squadId)
            : t('live.alerts.someone'))
      const area = areaId === null ? t('live.alerts.somewhere') : areaName(areaId)
      const code = incidentId === null ? undefined : store.incidents.get(incidentId)?.kind
      const name = city?.kinds.find((each) => each.code === code)?.name[language]
      const incident =
        incidentId === null ? t('live.alerts.someIncident') : ` ${name ? `${name} ` : ''}#${incidentId} `
      return t(`live.alerts.${kind}`, { who, area, incident })
    },
    [t, language, city, areaName, sourceName, store],
  )
}
