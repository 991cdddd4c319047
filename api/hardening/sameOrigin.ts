import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isApiPath } from '../webShell.ts'
import { refuse } from './refusedRequest.ts'

/**
 * Pages of other origins may neither change anything here nor read data, beside what SameSite cookies already keep from
 * them. Browsers say where a request comes from, and no page can change what they say; what says nothing is no browser.
 */
export function requireSameOrigin(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    const changes = request.method !== 'GET' && request.method !== 'HEAD'
    if (!changes && (!isApiPath(request.url) || leadsHere(request))) return
    // The provider of sign-ins sends the browser back from its own site: `state` says that it was sent from here.
    if (!changes && request.url.startsWith('/api/auth/callback/')) return
    if (isOwn(request, changes)) return
    return refuse(reply, 'FORBIDDEN', 403, 'Expected a request from a page of this server.')
  })
}

/** A link or a redirect opened as a page (a sign-in elsewhere comes back so): the page it comes from reads nothing of it. */
function leadsHere({ headers }: FastifyRequest): boolean {
  return headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
}

function isOwn({ headers, host }: FastifyRequest, changes: boolean): boolean {
  const site = headers['sec-fetch-site']
  // 'none': typed into the address bar, which only ever reads.
  if (site !== undefined && site !== 'same-origin' && (changes || site !== 'none')) return false
  const { origin } = headers
  if (origin === undefined) return true
  if (!URL.canParse(origin)) return false
  // The scheme may differ where a proxy speaks TLS for us.
  return new URL(origin).host === new URL(`http://${host}`).host || new URL(origin).host === host
}
