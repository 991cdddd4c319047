import { useCallback } from 'react'
import { type ChangeOptions, useChangeView, useView } from './useView.ts'

/** One parameter of a room's own in the URL, as text; set to undefined it goes. */
export function useParameter(
  name: string,
): [value: string | undefined, set: (value: string | undefined, options?: ChangeOptions) => void] {
  const rest = useView((view) => view.rest)
  const changeView = useChangeView()
  const set = useCallback(
    (value: string | undefined, options?: ChangeOptions) => {
      const { [name]: _, ...others } = rest ?? {}
      changeView({ rest: value === undefined ? others : { ...others, [name]: value } }, options)
    },
    [name, rest, changeView],
  )
  return [rest?.[name], set]
}
