import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import {
  createTRPCClient,
  httpBatchLink,
  httpLink,
  httpSubscriptionLink,
  isTRPCClientError,
  splitLink,
} from '@trpc/client'
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server'
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query'
import type { AppRouter } from '../api/router.ts'
import { sessionEnded } from './state/heldSession.ts'
import { purposeHeaders } from './state/purpose.ts'

export type Inputs = inferRouterInputs<AppRouter>
export type Outputs = inferRouterOutputs<AppRouter>

/** The code of a failed procedure ('UNAUTHORIZED', 'BAD_REQUEST' …), or null when the server was not reached at all. */
export function errorCode(error: unknown): string | null {
  if (!isTRPCClientError<AppRouter>(error)) return null
  return error.data?.code ?? null
}

export const sessionKey = ['session'] as const

/** A session that ended while the page was open is asked for again: the sign-in card covers the page, which stays as it is. */
function noticeEnd(error: unknown): void {
  if (errorCode(error) !== 'UNAUTHORIZED') return
  sessionEnded('ended')
  void queryClient.invalidateQueries({ queryKey: sessionKey })
}

/** The server counts in spans of ten seconds (api/hardening/requestLimits.ts): whoever waits gets an answer. */
function isTooMany(error: unknown): boolean {
  return errorCode(error) === 'TOO_MANY_REQUESTS'
}

/** Whether the server was not reached by a question. */
export function wasUnreached(error: unknown): boolean {
  return isTRPCClientError(error) && errorCode(error) === null
}

/** A server that was not reached is tried again so often, as long as somebody waits for its answer. */
const unreachedMs = 10_000

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeEnd }),
  mutationCache: new MutationCache({ onError: noticeEnd }),
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: false,
      // Only a server that was not reached, or that said "later", is asked again; an answer is an answer.
      retry: (failures, error) => (isTooMany(error) ? failures < 5 : failures < 2 && wasUnreached(error)),
      refetchInterval: ({ state }) => (wasUnreached(state.error) ? unreachedMs : false),
      retryDelay: (failures, error) => (isTooMany(error) ? 4_000 : Math.min(1_000 * 2 ** failures, 30_000)),
    },
  },
})

/** Asks again at once whatever on the screen could not be asked because the server was not reached. */
export function askUnreachedAgain(): void {
  void queryClient.refetchQueries(
    { type: 'active', predicate: ({ state }) => wasUnreached(state.error) },
    { cancelRefetch: false },
  )
}

/** Questions that look at many rows travel alone. */
const slow: ReadonlySet<string> = new Set([
  'aggregates.hotspots',
  'areas.facts',
  'incidents.inView',
  'live.near',
  'live.snapshot',
  'operations.handling',
  'operations.overview',
  'operations.squads',
  'patrols.layout',
])

/** Procedures as plain functions: `client.areas.facts.query({…})`. */
export const client = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: ({ type }) => type === 'subscription',
      true: httpSubscriptionLink({ url: '/trpc' }),
      // A batch is as slow as its slowest question.
      false: splitLink({
        condition: ({ path }) => slow.has(path),
        true: httpLink({ url: '/trpc', headers: purposeHeaders }),
        false: httpBatchLink({ url: '/trpc', maxURLLength: 4000, headers: purposeHeaders }),
      }),
    }),
  ],
})

/** Query options by procedure: `useQuery(trpc.areas.facts.queryOptions({…}))`. */
export const trpc = createTRPCOptionsProxy<AppRouter>({ client, queryClient })
