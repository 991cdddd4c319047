import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { copyDirectory } from '../../db/cache.ts'
import { pgliteDirName } from '../../db/pglite.ts'
import { repositoryRoot } from '../../scripts/environment.ts'
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

/** One that is this journey's own: it can be killed, and started again where it was. */
export interface OwnJourneyServer extends JourneyServer {
  dataDir: string
  kill(): Promise<void>
  startAgain(): Promise<void>
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
  /** Settings besides, such as the port. */
  env?: Record<string, string>
}

/** The real `npm start` on a copy of the seeded city, on a free port. */
export async function startJourneyServer({
  demo = false,
  prepare = async () => undefined,
  env = {},
}: JourneyServerOptions = {}): Promise<OwnJourneyServer> {
  const dir = temporaryDir('journey')
  copyDirectory(await pgliteTemplate('demoCity'), join(dir.path, pgliteDirName))
  await prepare(dir.path)
  const password = 'journey-password-1'
  const people = new Map([['admin', password]])
  const run = (port: string) => {
    const child = spawn(process.execPath, [join(repositoryRoot, 'scripts', 'start.ts')], {
      cwd: repositoryRoot,
      env: {
        ...process.env,
        ...env,
        DATA_DIR: dir.path,
        DATABASE_URL: '',
        HOST: '127.0.0.1',
        PORT: port,
        GRIDWALL_ADMIN_PASSWORD: password,
        GRIDWALL_DEMO: demo ? '1' : '',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    return { child, ended: new Promise((resolve) => child.once('exit', resolve)) }
  }
  let running = run(env.PORT ?? '0')
  const url = await readyUrl(running.child, people)
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    running.child.kill(signal)
    await running.ended
  }
  return {
    url,
    userName: 'admin',
    password,
    people,
    dataDir: dir.path,
    kill: () => end('SIGKILL'),
    async startAgain() {
      running = run(new URL(url).port)
      await readyUrl(running.child, people)
    },
    async stop() {
      await end('SIGTERM')
      dir.remove()
    },
  }
}
