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
  return withoutTokens(answer)
}

/** A session's token stands in its cookie, out of reach of scripts: answers leave it out. */
async function withoutTokens(answer: Response): Promise<Response> {
  if (!answer.headers.get('content-type')?.startsWith('application/json')) return answer
  const text = await answer.text()
  const body: unknown = text ? JSON.parse(text) : null
  const { status, headers } = answer
  const kept = JSON.stringify(body, (key, value: unknown) => (key === 'token' ? undefined : value))
  headers.delete('content-length')
  return new Response(text ? kept : null, { status, headers })
}
