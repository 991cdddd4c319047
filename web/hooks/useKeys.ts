import { useEffect, useEffectEvent } from 'react'

/** True where keys belong to the text being typed or the control being moved. */
function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.matches(
    'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], [role=slider]',
  )
}

/** Keys of the whole screen, by `KeyboardEvent.key` (letters in lower case); not while typing, not with Ctrl, Alt or Meta. */
export function useKeys(keys: Readonly<Record<string, () => void>>): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || typing(event.target))
      return
    // In a row of choices arrows choose.
    if (event.key.startsWith('Arrow') && event.target instanceof HTMLInputElement) return
    const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key]
    if (!action) return
    event.preventDefault()
    action()
  })
  useEffect(() => {
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
}
