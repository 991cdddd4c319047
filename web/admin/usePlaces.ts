import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useLanguage } from '../hooks/useView.ts'
import { trpc } from '../trpc.ts'
import { type Place, type PlacesOfCity, placeText, placeTree } from './places.ts'

const none: readonly PlacesOfCity[] = []

/** Cities and their areas as an administrator sees them, as a tree and in words. */
export function usePlaces() {
  const { t } = useTranslation()
  const language = useLanguage()
  const places = useQuery(trpc.grants.places.queryOptions(undefined, { staleTime: 10 * 60_000 }))
  const cities = places.data ?? none
  const words = useMemo(
    () => ({
      everywhere: t('account.everywhere'),
      whole: (city: string) => t('account.wholeCity', { city }),
      hierarchy: { administration: t('admin.place.administration'), patrol: t('admin.place.patrol') },
    }),
    [t],
  )
  return useMemo(
    () => ({
      cities,
      isPending: places.isPending,
      error: places.error,
      tree: placeTree(cities, language, words),
      text: (place: Place) => placeText(place, cities, language, words),
    }),
    [cities, places.isPending, places.error, language, words],
  )
}
