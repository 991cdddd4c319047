import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { readSession, signIn, signOut } from '../state/session.ts'
import { sessionEndedKey, sessionKey } from '../trpc.ts'

const askAgainMs = 30_000

/** Who is signed in; `data` is null when nobody is. */
export function useSession() {
  return useQuery({
    queryKey: sessionKey,
    queryFn: readSession,
    staleTime: 5 * 60_000,
    retry: 2,
    // Signing in on another tab of this browser is enough: an unattended wall comes back by itself.
    refetchInterval: (query) => (query.state.data === null ? askAgainMs : false),
    refetchIntervalInBackground: true,
  })
}

export function useSignIn() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: signIn,
    onSuccess: () => {
      queryClient.setQueryData(sessionEndedKey, false)
      return queryClient.invalidateQueries({ queryKey: sessionKey })
    },
  })
}

/** Forgets everything that was loaded: the next person starts clean. */
export function useSignOut() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      queryClient.clear()
      queryClient.setQueryData(sessionKey, null)
    },
  })
}

/** True when the last session ended by itself rather than by signing out. */
export function useSessionEnded(): boolean {
  return (
    useQuery({ queryKey: sessionEndedKey, queryFn: () => false, staleTime: Number.POSITIVE_INFINITY }).data ??
    false
  )
}
