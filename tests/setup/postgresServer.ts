import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'

/** A PostgreSQL with PostGIS that lives as long as the tests, or why there is none. */
export interface PostgresServer {
  /** Address of the maintenance database, as superuser. */
  url: string
  /** Ends it as a failing machine would: nothing is written down any more. Every connection is lost. */
  crash(): Promise<void>
  /** Starts it again behind a crash. */
  start(): Promise<void>
  /** Its processes as they are now, the first that started all others first; none where it has ended. */
  pids(): number[]
  /** Whether it ended by itself: it does where it can no longer write its log. */
  hasEnded(): boolean
  stop(): Promise<void>
}

const DEBIAN = '/usr/lib/postgresql'

/** The folder of the server's programs, with PostGIS beside them, or undefined. Version 15 first: it is the floor. */
export function findPostgres(): string | undefined {
  if (!existsSync(DEBIAN)) return undefined
  const versions = readdirSync(DEBIAN)
    .filter((version) => Number(version) >= 15)
    .filter((version) => existsSync(`/usr/share/postgresql/${version}/extension/postgis.control`))
    .sort((a, b) => Number(a) - Number(b))
  return versions
    .map((version) => join(DEBIAN, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')))
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.')
  return address.port
}

function userId(name: string): { uid: number; gid: number } {
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8' })),
  )
  return { uid, gid }
}

async function untilAnswers(url: string, server: ChildProcess, log: string): Promise<void> {
  for (;;) {
    if (server.exitCode !== null)
      throw new Error(`PostgreSQL ended at its start:\n${readFileSync(log, 'utf8')}`)
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      if (
        !(error instanceof Error) ||
        !('code' in error) ||
        !['ECONNREFUSED', '57P03'].includes(String(error.code))
      )
        throw error
      await wait(50)
    }
  }
}

/**
 * Starts a server in a temporary directory on a free port, without fsync. initdb and postgres refuse to run as root.
 * @param more Settings that differ from those of tests, which lose the last moments in a crash.
 * @param parent Where its directory is made; the system's for temporary files unless told.
 */
export async function startPostgres(
  bin: string,
  more: Record<string, string | number> = {},
  parent: string = tmpdir(),
): Promise<PostgresServer> {
  const dir = mkdtempSync(join(parent, 'gridwall-postgres-'))
  const asRoot = process.getuid?.() === 0
  const [command, ...prefix] = asRoot
    ? ['runuser', '-u', 'postgres', '--', 'env', 'LC_ALL=C.UTF-8']
    : ['env', 'LC_ALL=C.UTF-8']
  const password = randomBytes(12).toString('hex')
  const passwordFile = join(dir, 'password')
  const log = join(dir, 'log')
  writeFileSync(passwordFile, password)
  writeFileSync(log, '')
  if (asRoot) {
    const { uid, gid } = userId('postgres')
    for (const path of [dir, passwordFile, log]) chownSync(path, uid, gid)
  }
  chmodSync(dir, 0o700)
  const data = join(dir, 'data')
  const initdb = [
    join(bin, 'initdb'),
    '-D',
    data,
    '-U',
    'postgres',
    '-E',
    'UTF8',
    '--no-sync',
    '-A',
    'scram-sha-256',
  ]
  execFileSync(command, [...prefix, ...initdb, `--pwfile=${passwordFile}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
    cwd: '/',
  })

  const port = await freePort()
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: dir,
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    shared_buffers: '256MB',
    max_connections: 80,
    ...more,
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  // The shell waits for the end of its standard input, which comes when this process ends, however it ends.
  const script = '"$@" & server=$!; cat >/dev/null; kill -INT $server; wait $server'
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
  async function launch(): Promise<ChildProcess> {
    const launched = spawn(
      command,
      [...prefix, 'sh', '-c', script, 'sh', join(bin, 'postgres'), '-D', data, ...options],
      { stdio: ['pipe', 'ignore', 'ignore'], cwd: '/' },
    )
    await untilAnswers(url, launched, log)
    return launched
  }
  async function end(running: ChildProcess): Promise<void> {
    const ended = new Promise((resolve) => running.once('exit', resolve))
    running.stdin?.end()
    await ended
  }
  const hasEnded = () => !existsSync(join(data, 'postmaster.pid'))
  const pids = () => {
    if (hasEnded()) return []
    const [pid] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
    return [pid, ...children.filter((child) => child !== '')].map(Number)
  }
  let server = await launch()
  return {
    url,
    pids,
    hasEnded,
    async crash() {
      for (const each of pids()) killHard(each)
      await end(server)
    },
    async start() {
      server = await launch()
    },
    async stop() {
      await end(server)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function killHard(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // It ended with its parent, in the meantime.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
