import { mkdirSync } from 'node:fs'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core'
import { inject } from 'vitest'
import { artifactsDir } from './artifacts.ts'
import { findChromium } from './chromium.ts'
import {
  type JourneyServer,
  type JourneyServerOptions,
  type OwnJourneyServer,
  startJourneyServer,
} from './journeyServer.ts'

/** Chromium with software rendering, as on a machine without a GPU. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium()
  if (!executablePath)
    throw new Error('No Chromium on this machine (Debian: apt-get install chromium fonts-noto-cjk).')
  mkdirSync(artifactsDir, { recursive: true })
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--ignore-gpu-blocklist',
    ],
  })
}

/** A browser on the seeded city, its admin signed in. */
export interface Journey {
  url: string
  context: BrowserContext
  /** Every request of every page and worker. */
  requests: string[]
  /** What a person would see as red in the console. */
  complaints: string[]
  close(): Promise<void>
}

const watchedOptions = {
  viewport: { width: 1366, height: 768 },
  locale: 'zh-CN',
  reducedMotion: 'reduce',
} as const satisfies BrowserContextOptions

/** A browser of one person, watched: at 1366×768, in Chinese, without motion unless told otherwise. */
async function watched(browser: Browser, url: string, options: BrowserContextOptions) {
  const context = await browser.newContext({ ...watchedOptions, ...options })
  context.setDefaultTimeout(120_000)
  const requests: string[] = []
  const complaints: string[] = []
  context.on('request', (request) => requests.push(request.url()))
  context.on('weberror', (error) => complaints.push(String(error.error())))
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  return { url, context, requests, complaints, close: () => context.close() }
}

/** One server and one browser for several people, each signed in without the form. */
export interface JourneyOfMany<Server extends JourneyServer = JourneyServer> {
  server: Server
  /** @param userName null: nobody is signed in. */
  as(userName: string | null, options?: BrowserContextOptions): Promise<Journey>
  close(): Promise<void>
}

/** Starts a server of its own. */
export async function openJourneys(
  serverOptions: JourneyServerOptions = {},
): Promise<JourneyOfMany<OwnJourneyServer>> {
  return openBrowserOn(await startJourneyServer(serverOptions))
}

async function openBrowserOn<Server extends JourneyServer>(server: Server): Promise<JourneyOfMany<Server>> {
  const browser = await openBrowser()
  return {
    server,
    async as(userName, options = {}) {
      const journey = await watched(browser, server.url, options)
      if (userName === null) return journey
      const answer = await journey.context.request.post(`${server.url}/api/auth/sign-in/username`, {
        data: { username: userName, password: server.people.get(userName) },
        headers: { origin: server.url },
      })
      if (!answer.ok())
        throw new Error(`Signing in ${userName} was answered with ${answer.status()}: ${await answer.text()}`)
      return journey
    },
    async close() {
      await browser.close()
      await server.stop()
    },
  }
}

/** The server of all journeys that change nothing in it. */
export function sharedServer(): JourneyServer {
  const server = inject('sharedServer')
  if (server === null) throw new Error('No Chromium on this machine, and so no server for journeys.')
  const people = new Map([[server.userName, server.password]])
  return { ...server, people, stop: async () => undefined }
}

/** A browser on the shared server, its administrator signed in. */
export async function openJourney(options: BrowserContextOptions = {}): Promise<Journey> {
  const journeys = await openBrowserOn(sharedServer())
  try {
    const journey = await journeys.as(journeys.server.userName, options)
    return { ...journey, close: journeys.close }
  } catch (error) {
    await journeys.close()
    throw error
  }
}
