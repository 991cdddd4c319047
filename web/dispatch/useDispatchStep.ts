import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { LiveDispatch } from '../../api/live/messages.ts'
import { useCityCode } from '../hooks/useCity.ts'
import { useLiveStore } from '../live/live.ts'
import { client } from '../trpc.ts'
import type { DispatchVerb } from './DispatchLine.tsx'
import type { Send } from './useSend.tsx'

/** Takes a dispatch a step further, and calls units by their call signs. */
export function useDispatchStep(send: Send) {
  const { t } = useTranslation()
  const city = useCityCode()
  const { store } = useLiveStore()
  const nameOf = useCallback(
    (unitId: number) => store.units.get(unitId)?.callSign ?? t('dispatch.unit', { id: unitId }),
    [store, t],
  )
  const step = (verb: DispatchVerb, { id, unitId }: Pick<LiveDispatch, 'id' | 'unitId'>) => {
    if (city === undefined) return
    void send({
      run: () => client.dispatch[verb].mutate({ city, dispatchId: id }),
      done: t(`dispatch.did.${verb}`, { unit: nameOf(unitId) }),
    })
  }
  return { step, nameOf }
}
