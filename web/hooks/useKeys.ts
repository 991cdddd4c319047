import { useEffect, useEffectEvent } from 'react'

/** True where a key belongs to the text being typed, or moves the slider it is pressed on. */
function isTaken({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.matches('[role=slider]')) return key.length > 1 || key === ' '
  return target.matches('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]')
}

/** Keys of the whole screen, by `KeyboardEvent.key` (letters in lower case); not while typing, not with Ctrl, Alt or Meta. */
export function useKeys(keys: Readonly<Record<string, () => void>>): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || isTaken(event)) return
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
