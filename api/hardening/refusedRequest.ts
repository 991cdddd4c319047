import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { DATA_POLICY } from './contentSecurity.ts'

export type RefusalCode = keyof typeof TRPC_ERROR_CODES_BY_KEY

/** One shape for every refusal, in the words of tRPC's own errors, so that its client understands it too. */
export function refusal(code: RefusalCode, httpStatus: number, message: string) {
  return { error: { message, code: TRPC_ERROR_CODES_BY_KEY[code], data: { code, httpStatus } } }
}

/** Answers a request with a refusal; nothing keeps it. */
export function refuse(reply: FastifyReply, code: RefusalCode, httpStatus: number, message: string) {
  return reply
    .header('cache-control', 'no-store')
    .code(httpStatus)
    .send(refusal(code, httpStatus, message))
}

/** For addresses that no route can read (a broken percent sign): no hook sees them, so that every header is set here. */
export function refuseAddress(_error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  reply.header('content-security-policy', DATA_POLICY).header('x-content-type-options', 'nosniff')
  refuse(reply, 'BAD_REQUEST', 400, 'Expected an address that can be read.')
}
