import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Browser, chromium } from 'playwright-core'
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
