import type { TestProject } from 'vitest/node'
import { findChromium } from './chromium.ts'
import { startJourneyServer } from './journeyServer.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The server of all journeys that change nothing in it, and its administrator; null where no journey can be made. */
    sharedServer: { url: string; userName: string; password: string } | null
  }
}

/** One server for all journeys that only look: each of its own would cost a core for five seconds. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (!findChromium()) {
    project.provide('sharedServer', null)
    return undefined
  }
  const { url, userName, password, stop } = await startJourneyServer()
  project.provide('sharedServer', { url, userName, password })
  return stop
}
