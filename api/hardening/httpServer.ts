import { createServer as createPlainServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer, Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { DATA_POLICY } from './contentSecurity.ts'
import { type RefusalCode, refusal } from './refusedRequest.ts'
import { type Certificate, secureContext } from './tls.ts'

/** What one connection may cost, in milliseconds and bytes, before anybody has said who they are. */
const LIMITS = {
  /** Headers that trickle in are not waited for. */
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16 * 1024,
} as const
const MOST_HEADERS = 100
const MOST_CONNECTIONS = 4_000
/** A connection on which nothing moves in either direction. */
const SILENT_MS = 120_000

export type Handler = RequestListener

/** An HTTP server, or one that speaks TLS where it is given a certificate. */
export function createHttpServer(handler: Handler, certificate?: Certificate): Server {
  const server = certificate
    ? createTlsServer({ ...LIMITS, ...secureContext(certificate), handshakeTimeout: 10_000 }, handler)
    : createPlainServer(LIMITS, handler)
  server.maxHeadersCount = MOST_HEADERS
  server.maxConnections = MOST_CONNECTIONS
  server.setTimeout(SILENT_MS)
  // Strangers who stop in the middle of a handshake are no fault of this server's.
  if (server instanceof TlsServer) server.on('tlsClientError', (_error, socket) => socket.destroy())
  return server
}

/** Answers what cannot be read as HTTP, in the same words as everything else. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [code, status, reason, message] = unreadable(error.code)
  const body = JSON.stringify(refusal(code, status, message))
  socket.end(
    [
      `HTTP/1.1 ${status} ${reason}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      `content-security-policy: ${DATA_POLICY}`,
      'x-content-type-options: nosniff',
      'cache-control: no-store',
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}

function unreadable(code: string | undefined): [RefusalCode, number, string, string] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return ['BAD_REQUEST', 431, 'Request Header Fields Too Large', 'Expected headers of at most 16 kB.']
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return ['TIMEOUT', 408, 'Request Timeout', 'The request did not arrive in time.']
    default:
      return ['BAD_REQUEST', 400, 'Bad Request', 'Expected a request in HTTP/1.1.']
  }
}
