import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import type { Right } from '../../api/roles.ts'
import { dropSession, holdSession } from '../state/heldSession.ts'
import { readOffers } from '../state/offers.ts'
import { readAhead } from '../state/readAhead.ts'
import { signIn, signInWithFactor, signOut } from '../state/session.ts'
import { client, errorCode, type Outputs, sessionKey } from '../trpc.ts'

/** The signed-in account: who it is, what it may, what is still demanded of it. */
export type Me = Outputs['session']['me']

/** So often the page asks whether the session is still there, and whether somebody signed in on another tab. */
const askAgainMs = 30_000

/** Asks who is signed in. Whatever was loaded for somebody else is forgotten before anybody sees it. */
async function sessionNow(queryClient: QueryClient): Promise<Me | null> {
  try {
    const me = await client.session.me.query()
    if (holdSession(me.userName)) {
      queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] })
    }
    if (me.rightsAnywhere.includes('map')) void readAhead(queryClient)
    return me
  } catch (error) {
    if (errorCode(error) === 'UNAUTHORIZED') return null
    throw error
  }
}

/** Who is signed in; `data` is null when nobody is. */
export function useSession() {
  const queryClient = useQueryClient()
  return useQuery({
    queryKey: sessionKey,
    queryFn: () => sessionNow(queryClient),
    staleTime: askAgainMs,
    refetchInterval: askAgainMs,
    refetchIntervalInBackground: true,
  })
}

/** The signed-in account; undefined before it is known. While a session is over, the account it belonged to. */
export function useMe(): Me | undefined {
  const session = useSession().data
  const [kept, keep] = useState(session ?? undefined)
  if (session && session !== kept) keep(session)
  return session ?? kept
}

/** Whether the signed-in account holds any of these rights in any city. */
export function useMay(...rights: readonly Right[]): boolean {
  const held = useMe()?.rightsAnywhere
  return rights.some((right) => held?.includes(right) ?? false)
}

/** What the server offers before anybody is signed in. */
export function useOffers() {
  return useQuery({ queryKey: ['offers'], queryFn: readOffers, staleTime: 5 * 60_000 })
}

/** Somebody is in: first who, then everything on the screen is asked for anew. */
function useEntered(): () => Promise<void> {
  const queryClient = useQueryClient()
  return useCallback(async () => {
    await queryClient.refetchQueries({ queryKey: sessionKey })
    void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] })
  }, [queryClient])
}

/** The first step; what it answers says whether a second is due. */
export function useSignIn() {
  const enter = useEntered()
  return useMutation({
    mutationFn: signIn,
    onSuccess: async (step) => {
      if (step === 'done') await enter()
    },
  })
}

export function useSecondStep() {
  const enter = useEntered()
  return useMutation({ mutationFn: signInWithFactor, onSuccess: enter })
}

/** Forgets everything that was loaded: the next person starts clean. */
export function useSignOut() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      dropSession()
      queryClient.clear()
      queryClient.setQueryData(sessionKey, null)
    },
  })
}
