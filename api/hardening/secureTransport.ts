import type { FastifyInstance } from 'fastify'

/** One year: browsers that came by TLS once do not come without it again. Other names of the same domain are not ours to decide. */
const HSTS = 'max-age=31536000'

/**
 * For whoever comes by TLS, spoken here or by a trusted proxy: HSTS, and cookies that travel by TLS alone. Over plain
 * HTTP both would lock people out.
 */
export function secureTransport(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.protocol !== 'https') return payload
    reply.header('strict-transport-security', HSTS)
    const cookies = reply.getHeader('set-cookie')
    if (cookies !== undefined) {
      reply.removeHeader('set-cookie')
      reply.header(
        'set-cookie',
        [cookies].flat().map((cookie) => secured(String(cookie))),
      )
    }
    if (payload instanceof Response) {
      const own = payload.headers.getSetCookie()
      payload.headers.delete('set-cookie')
      for (const cookie of own) payload.headers.append('set-cookie', secured(cookie))
    }
    return payload
  })
}

function secured(cookie: string): string {
  return /;\s*secure\s*(;|$)/i.test(cookie) ? cookie : `${cookie}; Secure`
}
