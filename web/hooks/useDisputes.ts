import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { isOffered, offeredPeriods, offersOf } from '../state/disputePeriods.ts'
import { trpc } from '../trpc.ts'
import { useAccess } from './useAccess.ts'
import { useCity, useWindow } from './useCity.ts'
import { useKinds } from './useKinds.ts'

const none: readonly never[] = []

/** How the platform's register may be asked about, the one screens count disputes from. */
export function useDisputeOffers() {
  const { code } = useCity()
  const offered = useAccess().may('disputes')
  const { data } = useQuery(
    trpc.disputes.offers.queryOptions(
      { city: code ?? '' },
      { enabled: offered && code !== undefined, staleTime: 3_600_000 },
    ),
  )
  return data?.find((each) => each.register === 'platform')?.offers ?? none
}

/**
 * Whether the view's window is one that disputes are counted over at a level; other kinds may be asked over any.
 * @param level undefined: not known yet; null: the whole city.
 */
export function useDisputeWindow(level: string | null | undefined) {
  const offers = useDisputeOffers()
  const window = useWindow()
  const { disputes, types } = useKinds()
  return useMemo(() => {
    const here = level === undefined ? none : offersOf(offers, level, types)
    const timeZone = window?.timeZone
    return {
      /** A level without any offer is the server's to refuse: it says why. */
      tooShort:
        disputes && here.length > 0 && window !== undefined && !isOffered(window.span, here, window.timeZone),
      /** False while it is not known what is offered. */
      known: !disputes || offers.length > 0,
      periods: disputes && timeZone !== undefined ? offeredPeriods(here, timeZone) : none,
    }
  }, [offers, window, disputes, types, level])
}
