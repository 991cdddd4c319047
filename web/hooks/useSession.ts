import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { dropSession, holdSession } from '../state/heldSession.ts'
import { readOffers } from '../state/offers.ts'
import { readSession, type Session, signIn, signInWithFactor, signOut } from '../state/session.ts'
import { sessionKey } from '../trpc.ts'

const askAgainMs = 30_000

/** Asks who is signed in. Whatever was loaded for somebody else is forgotten before anybody sees it. */
async function sessionNow(queryClient: QueryClient): Promise<Session | null> {
  const session = await readSession()
  if (session && holdSession(session)) {
    queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] })
  }
  return session
}

/** Who is signed in; `data` is null when nobody is. */
export function useSession() {
  const queryClient = useQueryClient()
  return useQuery({
    queryKey: sessionKey,
    queryFn: () => sessionNow(queryClient),
    staleTime: 5 * 60_000,
    retry: 2,
    // Signing in on another tab of this browser is enough: an unattended wall comes back by itself.
    refetchInterval: (query) => (query.state.data === null ? askAgainMs : false),
    refetchIntervalInBackground: true,
  })
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
