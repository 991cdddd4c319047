import { promisify } from 'node:util'
import { brotliCompress, brotliCompressSync, constants, gzip, gzipSync } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Shorter ones are not worth it. */
const LEAST_BYTES = 1024
/** Longer ones are compressed beside the event loop: handing a short one over costs more than compressing it. */
const MOST_SYNC_BYTES = 32 * 1024
const QUALITY = 5
/** For a text that is packed already: a better one takes half as long again, or more, to save no byte in a hundred. */
const PACKED_QUALITY = 1
/** As large as the longest text that is compressed here, and twice that. */
const SHORT_WINDOW_BITS = 16

const brotliBeside = promisify(brotliCompress)
const gzipBeside = promisify(gzip)

/**
 * Answers of procedures are whole texts: they are compressed in one piece, which takes a fifth of what a stream through
 * a compressor takes. What is streamed goes out as it comes.
 */
export function sendWhole(scope: FastifyInstance): void {
  scope.addHook('onRoute', (route) => {
    route.compress = false
  })
  scope.addHook('onSend', async (request, reply, payload) => {
    reply.header('cache-control', 'no-store')
    if (!(payload instanceof Response)) return payload
    if (!payload.headers.get('content-type')?.startsWith('application/json')) return payload
    if (payload.headers.get('transfer-encoding') === 'chunked') return payload
    reply.code(payload.status)
    for (const [name, value] of payload.headers) reply.header(name, value)
    const { body, encoding } = await encodeAnswer(request, Buffer.from(await payload.arrayBuffer()))
    describe(reply, body, encoding)
    return body
  })
}

/** The bytes of a whole answer as they go out. */
export interface EncodedAnswer {
  body: Buffer
  /** null: as they are. */
  encoding: 'br' | 'gzip' | null
}

/** @param packed Most of it is packed already (geodata/packed.ts). */
export async function encodeAnswer(
  request: FastifyRequest,
  bytes: Buffer,
  { packed = false }: { packed?: boolean } = {},
): Promise<EncodedAnswer> {
  const encoding = bytes.length < LEAST_BYTES ? null : encodingFor(request.headers['accept-encoding'])
  return { body: await compressed(bytes, encoding, packed ? PACKED_QUALITY : QUALITY), encoding }
}

/** Sends an answer that no web Response was made for. */
export function sendEncoded(reply: FastifyReply, { body, encoding }: EncodedAnswer): FastifyReply {
  reply.header('content-type', 'application/json')
  describe(reply, body, encoding)
  return reply.send(body)
}

function describe(reply: FastifyReply, body: Buffer, encoding: EncodedAnswer['encoding']): void {
  reply.header('vary', 'accept-encoding')
  if (encoding) reply.header('content-encoding', encoding)
  reply.header('content-length', body.length)
}

function encodingFor(accepted: string | string[] | undefined): 'br' | 'gzip' | null {
  const names = String(accepted ?? '')
    .split(',')
    .filter((each) => !/;\s*q=0(\.0*)?\s*$/.test(each))
    .map((each) => each.split(';')[0].trim().toLowerCase())
  if (names.includes('br')) return 'br'
  return names.includes('gzip') || names.includes('*') ? 'gzip' : null
}

async function compressed(bytes: Buffer, encoding: 'br' | 'gzip' | null, quality: number): Promise<Buffer> {
  if (encoding === null) return bytes
  const isShort = bytes.length <= MOST_SYNC_BYTES
  if (encoding === 'gzip') return isShort ? gzipSync(bytes) : gzipBeside(bytes)
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    // A window larger than the text saves no byte and costs memory to set up.
    ...(isShort ? { [constants.BROTLI_PARAM_LGWIN]: SHORT_WINDOW_BITS } : undefined),
  }
  // Room for the answer at once, not four times as much.
  return isShort
    ? brotliCompressSync(bytes, { params, chunkSize: bytes.length })
    : brotliBeside(bytes, { params })
}
