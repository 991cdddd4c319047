import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core'
import { copyDirectory } from '../../db/cache.ts'
import { pgliteDirName } from '../../db/pglite.ts'
import { repositoryRoot } from '../../scripts/environment.ts'
import { findChromium } from './chromium.ts'
import { seededPgliteDir } from './seededCity.ts'
import { temporaryDir } from './temporaryDir.ts'

/** Where screenshots of the journeys are kept. */
export const artifactsDir = join(repositoryRoot, 'tests', '.artifacts')

export interface JourneyServer {
  url: string
  userName: string
  password: string
  stop(): Promise<void>
}

async function readyUrl(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('Expected the server to have a standard output.')
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('ready ')) return line.slice('ready '.length)
  }
  throw new Error(`The server ended with exit code ${child.exitCode} before it was ready.`)
}

/** The real `npm start` on a copy of the seeded city, on a free port. */
export async function startJourneyServer(): Promise<JourneyServer> {
  const dir = temporaryDir('journey')
  copyDirectory(await seededPgliteDir(), join(dir.path, pgliteDirName))
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
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  return {
    url: await readyUrl(child),
    userName: 'admin',
    password,
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

/** Starts a server of its own and signs in without the form: at 1366×768, in Chinese, without motion unless told otherwise. */
export async function openJourney(options: BrowserContextOptions = {}): Promise<Journey> {
  const server = await startJourneyServer()
  const browser = await openBrowser()
  const close = async () => {
    await browser.close()
    await server.stop()
  }
  const context = await browser.newContext({
    viewport: { width: 1366, height: 768 },
    locale: 'zh-CN',
    reducedMotion: 'reduce',
    ...options,
  })
  context.setDefaultTimeout(120_000)
  const requests: string[] = []
  const complaints: string[] = []
  context.on('request', (request) => requests.push(request.url()))
  context.on('weberror', (error) => complaints.push(String(error.error())))
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  const answer = await context.request.post(`${server.url}/api/auth/sign-in/username`, {
    data: { username: server.userName, password: server.password },
    headers: { origin: server.url },
  })
  if (!answer.ok()) {
    await close()
    throw new Error(`Signing in was answered with ${answer.status()}: ${await answer.text()}`)
  }
  return { url: server.url, context, requests, complaints, close }
}
