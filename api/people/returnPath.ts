const HERE = 'http://here.invalid'
const MOST_CHARACTERS = 4000
/** What an earlier round trip left in the address, and the next must not bring back. */
const LEFT_BEHIND = ['error', 'error_description', 'twoFactor'] as const

/**
 * The page of this server somebody was on, with its whole view (language, theme, what was asked for), so that the identity
 * provider can send them back there; `/` for whatever leads to another scheme or host.
 * @param asked Path and query as the browser says them.
 */
export function returnPath(asked: string): string {
  if (asked.length > MOST_CHARACTERS || !asked.startsWith('/') || /[\\\p{Cc}]/u.test(asked)) return '/'
  const url = URL.parse(asked, HERE)
  // Also after `..` has been taken out of it, a path must not begin as another host's address does.
  if (url?.origin !== HERE || url.pathname.startsWith('//')) return '/'
  for (const name of LEFT_BEHIND) if (url.searchParams.has(name)) url.searchParams.delete(name)
  return `${url.pathname}${url.search}`
}

/** The same page, which then asks for the second factor. */
export function factorPath(asked: string): string {
  const url = new URL(returnPath(asked), HERE)
  url.searchParams.set('twoFactor', '1')
  return `${url.pathname}${url.search}`
}
