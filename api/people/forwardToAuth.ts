import { fromNodeHeaders } from 'better-auth/node'
import type { FastifyRequest } from 'fastify'
import { ADDRESS_HEADER, type Auth } from '../auth.ts'

/** Sends a request on to better-auth, with the client's address as this server knows it. Nothing keeps the answer. */
export async function forwardToAuth(
  auth: Auth,
  request: FastifyRequest,
  path = request.url,
): Promise<Response> {
  const headers = fromNodeHeaders(request.headers)
  headers.set(ADDRESS_HEADER, request.ip)
  const hasBody = request.method === 'POST'
  if (hasBody) headers.set('content-type', 'application/json')
  headers.delete('content-length')
  const answer = await auth.handler(
    new Request(`${request.protocol}://${request.host}${path}`, {
      method: request.method,
      headers,
      body: hasBody ? JSON.stringify(request.body ?? {}) : undefined,
    }),
  )
  answer.headers.set('cache-control', 'no-store')
  return answer
}
