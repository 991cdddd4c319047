import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { LiveAlert } from '../../api/live/messages.ts'
import { useLiveStore } from '../live/live.ts'
import { useSquads } from './useSquads.ts'

/** What is wrong, in one line: whom it is about, and where. */
export function useAlertText(): (alert: Omit<LiveAlert, 'raisedAt' | 'clearedAt'>) => string {
  const { t } = useTranslation()
  const { areaName } = useSquads()
  const { store } = useLiveStore()
  return useCallback(
    ({ kind, sourceCode, unitId, squadId, areaId }) => {
      const who =
        sourceCode ??
        (unitId !== null
          ? (store.units.get(unitId)?.callSign ?? t('dispatch.unit', { id: unitId }))
          : squadId !== null
            ? areaName(squadId)
            : t('live.alerts.someone'))
      const area = areaId === null ? t('live.alerts.somewhere') : areaName(areaId)
      return t(`live.alerts.${kind}`, { who, area })
    },
    [t, areaName, store],
  )
}
