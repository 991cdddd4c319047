import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core'
import { copyDirectory } from '../../db/cache.ts'
import { pgliteDirName } from '../../db/pglite.ts'
import { repositoryRoot } from '../../scripts/environment.ts'
import { artifactsDir } from './artifacts.ts'
import { findChromium } from './chromium.ts'
import { pgliteTemplate } from './templates.ts'
import { temporaryDir } from './temporaryDir.ts'

export interface JourneyServer {
  url: string
  userName: string
  password: string
  /** Passwords by user name: the administrator's, and of a demo server those of one account a role. */
  people: ReadonlyMap<string, string>
  stop(): Promise<void>
}

/** @param people gets the demo accounts the server prints. */
async function readyUrl(child: ChildProcess, people: Map<string, string>): Promise<string> {
  if (!child.stdout) throw new Error('Expected the server to have a standard output.')
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('ready ')) return line.slice('ready '.length)
    const account = /^\s+(demo-\w+)\s+(\S+)/.exec(line)
    if (account) people.set(account[1], account[2])
  }
  throw new Error(`The server ended with exit code ${child.exitCode} before it was ready.`)
}

export interface JourneyServerOptions {
  /** With one account a role. Default false. */
  demo?: boolean
  /** Changes the copy of the city before the server starts on it. */
  prepare?: (dataDir: string) => Promise<void>
}

/** The real `npm start` on a copy of the seeded city, on a free port. */
export async function startJourneyServer({
  demo = false,
  prepare = async () => undefined,
}: JourneyServerOptions = {}): Promise<JourneyServer> {
  const dir = temporaryDir('journey')
  copyDirectory(await pgliteTemplate('demoCity'), join(dir.path, pgliteDirName))
  await prepare(dir.path)
  const password = 'journey-password-1'
  const child = spawn(process.execPath, [join(repositoryRoot, 'scripts', 'start.ts')], {
    cwd: repositoryRoot,
    env: {
      ...process.env,
      DATA_DIR: dir.path,
      DATABASE_URL: '',
      HOST: '127.0.0.1',
      PORT: '0',
      GRIDWALL_ADMIN_PASSWORD: password,
      GRIDWALL_DEMO: demo ? '1' : '',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const people = new Map([['admin', password]])
  return {
    url: await readyUrl(child, people),
    userName: 'admin',
    password,
    people,
    async stop() {
      child.kill('SIGTERM')
      await ended
      dir.remove()
    },
  }
}

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
export interface JourneyOfMany {
  server: JourneyServer
  /** @param userName null: nobody is signed in. */
  as(userName: string | null, options?: BrowserContextOptions): Promise<Journey>
  close(): Promise<void>
}

export async function openJourneys(serverOptions: JourneyServerOptions = {}): Promise<JourneyOfMany> {
  const server = await startJourneyServer(serverOptions)
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

/** Starts a server of its own and signs the administrator in. */
export async function openJourney(options: BrowserContextOptions = {}): Promise<Journey> {
  const journeys = await openJourneys()
  try {
    const journey = await journeys.as(journeys.server.userName, options)
    return { ...journey, close: journeys.close }
  } catch (error) {
    await journeys.close()
    throw error
  }
}
