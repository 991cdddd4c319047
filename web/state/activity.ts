/**
 * When a person last used this browser: pointer, keys, touch. All tabs of the browser share it. What a screen asks by
 * itself is no use of the session: such requests say so.
 */
const storageKey = 'gridwall.lastUse'
/** Moves of a pointer come by the hundred; one in so many milliseconds is written down. */
const noteMs = 2000
/** What is asked within this time after a person's last move was asked by the person, milliseconds. */
const attendedMs = 60_000

let lastUse = Date.now()

function shared(): number {
  try {
    return Number(localStorage.getItem(storageKey)) || 0
  } catch {
    // Storage can be forbidden; then every tab knows only itself.
    return 0
  }
}

/** Epoch milliseconds of the last use in any tab. */
export function lastUsed(): number {
  return Math.max(lastUse, shared())
}

/** A person is here now. */
export function noteUse(): void {
  const now = Date.now()
  if (now - lastUse < noteMs) return
  lastUse = now
  try {
    localStorage.setItem(storageKey, String(now))
  } catch {
    // As above.
  }
}

const signs = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const

/** Watches for a person until the answered function is called. */
export function watchUse(): () => void {
  for (const sign of signs) window.addEventListener(sign, noteUse, { capture: true, passive: true })
  return () => {
    for (const sign of signs) window.removeEventListener(sign, noteUse, { capture: true })
  }
}

/** Headers of a request now: marked when nobody is at the screen, so that it does not keep the session alive. */
export function attendanceHeaders(): Record<string, string> {
  return Date.now() - lastUsed() < attendedMs ? {} : { 'x-gridwall-unattended': '1' }
}
