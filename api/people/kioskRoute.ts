import type { FastifyInstance } from 'fastify'
import type { Auth } from '../auth.ts'
import type { Viewers } from '../viewers.ts'
import { forwardToAuth } from './forwardToAuth.ts'
import { KIOSK_PATH } from './kioskPlugin.ts'

/** `POST /api/kiosk {token}`: a screen shows its token and gets a session's cookie; see kioskPlugin.ts. */
export function serveKiosks(app: FastifyInstance, { auth, viewers }: { auth: Auth; viewers: Viewers }): void {
  app.post('/api/kiosk', { config: { open: 'always' } }, async (request, reply) => {
    const answer = await forwardToAuth(auth, request, `/api/auth${KIOSK_PATH}`)
    viewers.forget()
    return reply.send(answer)
  })
}
