import { useSyncExternalStore } from 'react'
import { create } from 'zustand'
import { LiveConnection, type LiveServer } from './connection.ts'
import { LiveStore } from './liveStore.ts'
import { nextFrame } from './nextFrame.ts'

/** What is live in this tab. */
export const liveStore = new LiveStore(nextFrame)

interface Shown {
  /** The store that map and panels show: the live one, or that of a replay. */
  store: LiveStore
  mode: 'live' | 'replay'
  /** The tab's one stream; null while none is open. */
  connection: LiveConnection | null
  /** Whose stream it is. */
  viewer: string | null
}

export const useShown = create<Shown>(() => ({
  store: liveStore,
  mode: 'live',
  connection: null,
  viewer: null,
}))

/** Shows another store in the place of the live one (`new LiveStore(nextFrame, clock)`, filled by `replace`); null: live again. */
export function showStore(store: LiveStore | null): void {
  useShown.setState({ store: store ?? liveStore, mode: store ? 'replay' : 'live' })
}

/** Opens the tab's stream in the place of the one before. @param viewer whose it is. @returns ends it. */
export function openLive(server: LiveServer, viewer: string): () => void {
  useShown.getState().connection?.stop()
  liveStore.clear()
  const connection = new LiveConnection(server, liveStore)
  connection.start()
  const wake = () => {
    if (!document.hidden) connection.wake()
  }
  document.addEventListener('visibilitychange', wake)
  window.addEventListener('pageshow', wake)
  window.addEventListener('online', wake)
  useShown.setState({ connection, viewer })
  return () => {
    document.removeEventListener('visibilitychange', wake)
    window.removeEventListener('pageshow', wake)
    window.removeEventListener('online', wake)
    connection.stop()
    liveStore.clear()
    if (useShown.getState().connection === connection) useShown.setState({ connection: null })
  }
}

/** Panels follow the store this often at most: never a rendering an incident. */
const panelStepMs = 300

const steps = new WeakMap<LiveStore, { version: number; subscribe: (notify: () => void) => () => void }>()

/** A store's state as panels follow it: a number that grows a few times a second while anything changes. */
function stepsOf(store: LiveStore) {
  const known = steps.get(store)
  if (known) return known
  const listeners = new Set<() => void>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = 0
  const made = {
    version: 0,
    subscribe(notify: () => void) {
      listeners.add(notify)
      return () => {
        listeners.delete(notify)
      }
    },
  }
  const tell = () => {
    timer = undefined
    last = Date.now()
    made.version++
    for (const notify of listeners) notify()
  }
  store.subscribe(() => {
    if (timer === undefined) timer = setTimeout(tell, Math.max(0, last + panelStepMs - Date.now()))
  })
  steps.set(store, made)
  return made
}

/** The store that is shown, for a panel: renders it again a few times a second at most, while anything changes. */
export function useLiveStore(): { store: LiveStore; version: number; mode: Shown['mode'] } {
  const { store, mode } = useShown()
  const step = stepsOf(store)
  const version = useSyncExternalStore(step.subscribe, () => step.version)
  return { store, version, mode }
}

/** Why nothing is shown yet: there was no answer, or it was a refusal; null once there is something, be it that nothing is live. */
export function useWaitsForLive(): 'connecting' | 'refused' | null {
  const { connection, mode } = useShown()
  useLiveStore()
  if (mode === 'replay' || (connection && connection.state.snapshots > 0)) return null
  return connection?.state.phase === 'refused' ? 'refused' : 'connecting'
}

/** A part of what is shown; see `useLiveStore`. */
export function useLive<Part>(select: (store: LiveStore) => Part): Part {
  return select(useLiveStore().store)
}
