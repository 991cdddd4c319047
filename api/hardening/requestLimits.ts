import { isIPv6 } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { isApiPath } from '../webShell.ts'
import { refuse } from './refusedRequest.ts'

/**
 * What one person or one address may ask in a while. A person is counted by account, so that walls and desks behind one
 * address of a network do not count for each other; strangers are counted by address.
 */
const LIMITS = {
  /** Procedures, bundles and the like with a session, per account. The busiest screen asks some 50 in its first second. */
  person: { points: 600, duration: 10 },
  /** The same without a session, per address: there is nothing to get. */
  stranger: { points: 100, duration: 10 },
  /** Pages and their files, per address: a hundred screens that open at once. */
  files: { points: 8_000, duration: 10 },
  /** Passwords, codes and tokens offered, per address; the rules for accounts are stricter (lockout). */
  signIn: { points: 120, duration: 60 },
} as const
type Counted = keyof typeof LIMITS

/** Questions that cost seconds of a core count as many. */
const HEAVY = new Map([['aggregates.hotspots', 20]])

export interface RequestLimits {
  /** Multiplies all limits; 0: none. */
  factor: number
  /** Whose session these cookies are. */
  accountOf: (cookie: string | undefined) => Promise<{ userId: string } | null>
}

/** Answers 429 with Retry-After to whoever asks too much; what others ask is not touched. */
export function limitRequests(app: FastifyInstance, { factor, accountOf }: RequestLimits): void {
  if (factor === 0) return
  const limiter = (counted: Counted) => {
    const { points, duration } = LIMITS[counted]
    return new RateLimiterMemory({ keyPrefix: counted, points: Math.ceil(points * factor), duration })
  }
  const limiters: Record<Counted, RateLimiterMemory> = {
    person: limiter('person'),
    stranger: limiter('stranger'),
    files: limiter('files'),
    signIn: limiter('signIn'),
  }
  app.addHook('onRequest', async (request, reply) => {
    for (const [counted, key, cost] of await countedAs(request, accountOf)) {
      try {
        await limiters[counted].consume(key, cost)
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error
        const seconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000))
        reply.header('retry-after', seconds)
        return refuse(
          reply,
          'TOO_MANY_REQUESTS',
          429,
          `Too many requests: ask again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
        )
      }
    }
  })
}

async function countedAs(
  request: FastifyRequest,
  accountOf: RequestLimits['accountOf'],
): Promise<[Counted, string, number][]> {
  const address = networkOf(request.ip)
  if (!isApiPath(request.url)) return [['files', address, 1]]
  // Each source has a rate of its own there, and so have those who are none (api/ingest/rates.ts).
  if (/^\/ingest\//i.test(request.url)) return []
  const account = await accountOf(request.headers.cookie)
  const who: [Counted, string, number] = account
    ? ['person', account.userId, costOf(request.url)]
    : ['stranger', address, 1]
  return offersSecret(request) ? [['signIn', address, 1], who] : [who]
}

function offersSecret({ method, url }: FastifyRequest): boolean {
  return method === 'POST' && /^\/api\/(auth\/(?!sign-out|get-session)|kiosk)/i.test(url)
}

/** A batch counts as its procedures. */
function costOf(url: string): number {
  if (!url.startsWith('/trpc/')) return 1
  const [path] = url.slice('/trpc/'.length).split('?', 1)
  return decoded(path)
    .split(',')
    .reduce((sum, procedure) => sum + (HEAVY.get(procedure) ?? 1), 0)
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** One household or office of IPv6 has 2⁶⁴ addresses. */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address
  const [head, tail = ''] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const rest = tail === '' ? [] : tail.split(':')
  const whole = address.includes('::')
    ? [...groups, ...Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill('0'), ...rest]
    : groups
  return `${whole
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
