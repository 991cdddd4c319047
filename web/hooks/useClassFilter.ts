import { useCallback } from 'react'
import { useParameter } from './useParameter.ts'

/** The one class of the legend that map and table are filtered to, `inClass` in the URL; null = all. */
export function useClassFilter(): [index: number | null, set: (index: number | null) => void] {
  const [text, setText] = useParameter('inClass')
  const index = /^[0-6]$/.test(text ?? '') ? Number(text) : null
  const set = useCallback(
    (next: number | null) => setText(next === null ? undefined : String(next)),
    [setText],
  )
  return [index, set]
}
