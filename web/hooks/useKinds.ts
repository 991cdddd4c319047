import { useMemo } from 'react'
import { asksDisputes, asksTypes, kindCodes, knownTokens } from '../state/kindFilter.ts'
import { useCity } from './useCity.ts'
import { useView } from './useView.ts'

/** The kinds filter of the view against the kinds the city has. */
export function useKinds() {
  const asked = useView((view) => view.kinds)
  const { data: city } = useCity()
  return useMemo(() => {
    const kinds = city?.kinds ?? []
    const tokens = knownTokens(kinds, asked)
    const codes = kindCodes(kinds, tokens)
    return {
      kinds,
      tokens,
      /** For the API; undefined = everything but disputes. */
      codes,
      disputes: asksDisputes(kinds, codes),
      /** Some types of disputes, not all in one count. */
      types: asksTypes(kinds, codes),
    }
  }, [asked, city])
}
