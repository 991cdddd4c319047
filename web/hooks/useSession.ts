import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { readSession, signIn, signOut } from '../state/session.ts'
import { sessionKey } from '../trpc.ts'

/** Who is signed in; `data` is null when nobody is. */
export function useSession() {
  return useQuery({ queryKey: sessionKey, queryFn: readSession, staleTime: 5 * 60_000, retry: 2 })
}

export function useSignIn() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: signIn,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: sessionKey }),
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
