import type { Purpose } from '../../api/roles.ts'
import { sessionEnded } from '../state/heldSession.ts'
import { client, errorCode, queryClient, sessionKey } from '../trpc.ts'
import type { LiveServer } from './connection.ts'

/** Answers after which asking again is in vain until something else changes. */
const final = new Set(['UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND', 'BAD_REQUEST', 'PRECONDITION_FAILED'])

/** The live procedures of our server for one city. @param purpose goes in the input: a stream has no headers. */
export function liveServer(city: string, purpose: Purpose | null): LiveServer {
  const asked = purpose === null ? { city } : { city, purpose }
  return {
    snapshot: () => client.live.snapshot.query({ city }),
    subscribe(lastEventId, hear) {
      const stream = client.live.subscribe.subscribe(
        { ...asked, lastEventId },
        {
          onData: ({ id, data }) => hear.data(data, id),
          onError: (error) => hear.ended(error),
          onComplete: () => hear.ended(null),
          // The browser would come back by itself after a while of its own; when is ours to say.
          onConnectionStateChange: ({ state, error }) => {
            if (state === 'connecting' && error) hear.ended(error)
          },
        },
      )
      return () => stream.unsubscribe()
    },
    isFinal(error) {
      const code = errorCode(error)
      if (code === 'UNAUTHORIZED') {
        sessionEnded('ended')
        void queryClient.invalidateQueries({ queryKey: sessionKey })
      }
      return code !== null && final.has(code)
    },
    reloaded(reason) {
      if (reason === 'access') void queryClient.invalidateQueries({ queryKey: sessionKey })
    },
  }
}
