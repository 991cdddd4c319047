import { randomBytes } from 'node:crypto'

/** Stands in the built index.html wherever a page's own nonce belongs (web/vite.config.ts names it too). */
export const NONCE_PLACEHOLDER = 'GRIDWALL_NONCE'

/** A nonce nobody can guess, new for each page sent. */
export function newNonce(): string {
  return randomBytes(18).toString('base64url')
}

/**
 * What a page and its workers may load: everything from here, nothing from elsewhere. No inline script, no eval, no
 * workers from blobs; style sheets are files, or carry the page's nonce (Ant Design writes its own at run time).
 * @param nonce of the page; files, which workers start from, have none.
 */
export function pagePolicy(nonce?: string): string {
  const styles = nonce === undefined ? "'self'" : `'self' 'nonce-${nonce}'`
  return policy({
    'default-src': "'none'",
    'script-src': "'self'",
    'worker-src': "'self'",
    'style-src-elem': styles,
    'style-src-attr': "'none'",
    // For browsers that do not know the two above.
    'style-src': styles,
    'img-src': "'self' data: blob:",
    'font-src': "'self'",
    'connect-src': "'self'",
    'manifest-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'self'",
    'frame-ancestors': "'none'",
  })
}

/** Answers of the API are data: whoever makes a page of one gets nothing to run. */
export const DATA_POLICY = policy({ 'default-src': "'none'", 'frame-ancestors': "'none'" })

/** Nothing here needs a sensor or a device; the wall needs the whole screen. */
export const PERMISSIONS_POLICY =
  'camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), serial=(), usb=(), fullscreen=(self)'

function policy(directives: Record<string, string>): string {
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; ')
}
