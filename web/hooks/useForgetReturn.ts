import { useEffect } from 'react'
import { useChangeView, useView } from './useView.ts'

/** What the identity provider's way back puts into the address (api/people/returnPath.ts). */
const returned = new Set(['error', 'error_description', 'twoFactor'])

/** Takes out of the address how signing in went, once somebody is in: the next who signs in here is not told of it. */
export function useForgetReturn(signedIn: boolean): void {
  const rest = useView((view) => view.rest)
  const changeView = useChangeView()
  useEffect(() => {
    const kept = Object.entries(rest ?? {}).filter(([name]) => !returned.has(name))
    if (signedIn && rest && kept.length < Object.keys(rest).length)
      changeView({ rest: Object.fromEntries(kept) }, { replace: true })
  }, [signedIn, rest, changeView])
}
