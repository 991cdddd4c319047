import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isApiPath } from '../webShell.ts'
import { type RefusalCode, refuse } from './refusedRequest.ts'

/** Nothing here is asked with another method: no CORS, so no OPTIONS. */
const METHODS = new Set(['GET', 'HEAD', 'POST'])
const LONGEST_URL = 8_000

type Objection = [RefusalCode, number, string]

/** Turns away what no client of ours sends, before anything looks at it: one rule for every route, known or not. */
export function checkRequests(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    const objection = objectionTo(request)
    if (!objection) return
    if (objection[1] === 405) reply.header('allow', [...METHODS].join(', '))
    return refuse(reply, ...objection)
  })
}

function objectionTo(request: FastifyRequest): Objection | null {
  const { method, url, headers } = request
  if (!METHODS.has(method)) {
    return ['METHOD_NOT_SUPPORTED', 405, `Expected one of the methods ${[...METHODS].join(', ')}.`]
  }
  if (url.length > LONGEST_URL) {
    return ['BAD_REQUEST', 414, `Expected an address of at most ${LONGEST_URL} characters.`]
  }
  const hasBody = Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined
  const type = headers['content-type'] ?? ''
  if (hasBody && isFormPath(url) && /^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) {
    // Clients for phones fill in a form; whoever they are stands in a token, never in a cookie.
  } else if (hasBody && !/^application\/json\s*(;|$)/i.test(type)) {
    return ['UNSUPPORTED_MEDIA_TYPE', 415, 'Expected a body of the type application/json.']
  }
  // An unpacked body could be a thousand times as long as what was sent.
  if (headers['content-encoding'] !== undefined) {
    return ['UNSUPPORTED_MEDIA_TYPE', 415, 'Expected a body that is not compressed.']
  }
  return isApiPath(url) ? queryObjection(url) : null
}

/** The one door that takes forms. */
function isFormPath(url: string): boolean {
  return url.split('?', 1)[0] === '/ingest/positions'
}

/** Of two values under one name each reader believes another. */
function queryObjection(url: string): Objection | null {
  const at = url.indexOf('?')
  const query = at < 0 ? '' : url.slice(at + 1)
  try {
    if (decodeURIComponent(url).includes('\0'))
      return ['BAD_REQUEST', 400, 'Expected an address without NUL.']
  } catch {
    return ['BAD_REQUEST', 400, 'Expected an address whose percent signs encode UTF-8.']
  }
  const names = [...new URLSearchParams(query).keys()]
  if (new Set(names).size === names.length) return null
  return ['BAD_REQUEST', 400, 'Expected each name in the query once.']
}
