/**
 * Whether a person is at this browser: pointer, keys, touch. The server counts a session as used only when it is told so,
 * and what a screen asks by itself tells nothing; so a person's use is told here, for all tabs of the browser.
 */
const storageKey = 'gridwall.toldUse'

let lastUse = Date.now()
let told = 0

function toldElsewhere(): number {
  try {
    return Number(localStorage.getItem(storageKey)) || 0
  } catch {
    // Storage can be forbidden; then every tab knows only itself.
    return 0
  }
}

/** When the server last heard of a person here, epoch milliseconds: the idle time runs from then. */
export function toldAt(): number {
  return Math.max(told, toldElsewhere())
}

/** When a person last used this tab, epoch milliseconds. */
export function usedAt(): number {
  return lastUse
}

/** Tells the server that a person is here. Signing in tells it too. @throws when the server cannot be reached */
export async function tellUse(): Promise<void> {
  const at = Date.now()
  const response = await fetch('/api/auth/get-session')
  if (!response.ok)
    throw new Error(`The server answered ${response.status} when told that the session is in use.`)
  noteTold(at)
}

/** @param at epoch milliseconds */
export function noteTold(at: number): void {
  told = at
  try {
    localStorage.setItem(storageKey, String(at))
  } catch {
    // As above.
  }
}

const signs = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const

/** Watches for a person until the answered function is called. */
export function watchUse(): () => void {
  const note = () => {
    lastUse = Date.now()
  }
  for (const sign of signs) window.addEventListener(sign, note, { capture: true, passive: true })
  return () => {
    for (const sign of signs) window.removeEventListener(sign, note, { capture: true })
  }
}
