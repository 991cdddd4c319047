/** A screen without a keyboard is let in by a token in the address: `/wall#kiosk=TOKEN`. The fragment never reaches a log. */

const storageKey = 'gridwall.kiosk'

/** The token in a fragment; null where there is none. */
export function kioskToken(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, '')).get('kiosk') || null
}

/** True in a browser that was let in as a wall: when its session is gone, no person is there to type a password. */
export function isKioskBrowser(): boolean {
  try {
    return localStorage.getItem(storageKey) !== null
  } catch {
    // Storage can be forbidden: then the sign-in form is shown as to anybody.
    return false
  }
}

export function rememberKiosk(kiosk: boolean): void {
  try {
    if (kiosk) localStorage.setItem(storageKey, '1')
    else localStorage.removeItem(storageKey)
  } catch {
    // As above.
  }
}

/** in: the cookie is set. refused: the token is wrong, ended or revoked. later: nobody answered, or too many attempts. */
export type KioskAnswer = 'in' | 'refused' | 'later'

export async function enterKiosk(token: string): Promise<KioskAnswer> {
  const response = await fetch('/api/kiosk', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  }).catch(() => null)
  if (response?.ok) return 'in'
  return !response || response.status >= 500 || response.status === 429 ? 'later' : 'refused'
}
