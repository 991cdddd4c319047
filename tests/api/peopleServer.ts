import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { hashPassword } from 'better-auth/crypto'
import type { Grant } from '../../api/access.ts'
import { newId } from '../../api/people/firstAccounts.ts'
import { type RunningServer, type ServerOptions, startServer } from '../../api/server.ts'
import { insertPerson, setPassword } from '../../db/queries/people.ts'
import type { Ground } from '../../geodata/city.ts'
import { grantTo } from '../factories/people.ts'
import { createToyCity } from '../factories/toyCity.ts'
import { type DatabaseKind, openTestDatabase, type TestDatabase } from '../setup/database.ts'
import { cookiesOf } from './http.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/**
 * A clock that stands still until it is moved. It starts now, as better-auth holds the end of a session against
 * the machine's own time and a day that is written here would be over one day.
 */
export class TestClock {
  private at = Date.now()
  readonly now = () => new Date(this.at)

  forward(ms: number): void {
    this.at += ms
  }
}

export interface Answered {
  status: number
  headers: Headers
  /** Cookies as a browser would send them back. */
  cookie: string
  body: unknown
}

/** A server over the toy city with a clock of its own, and the two ways in: better-auth's paths and the procedures. */
export class PeopleServer {
  readonly database: TestDatabase
  readonly ground: Ground
  readonly clock: TestClock
  readonly server: RunningServer

  private constructor(database: TestDatabase, ground: Ground, clock: TestClock, server: RunningServer) {
    this.database = database
    this.ground = ground
    this.clock = clock
    this.server = server
  }

  static async open(kind: DatabaseKind, options: Partial<ServerOptions> = {}): Promise<PeopleServer> {
    const database = await openTestDatabase({ kind, toy: true })
    const { ground } = createToyCity()
    const clock = new TestClock()
    const webDir = join(database.dataDir, 'web')
    cpSync(join(import.meta.dirname, '..', 'fixtures', 'webShell'), webDir, { recursive: true })
    const server = await startServer({
      database,
      host: '127.0.0.1',
      port: 0,
      dataDir: database.dataDir,
      webDir,
      adminPassword: ADMIN_PASSWORD,
      limitFactor: 0,
      // Tests say which address they come from.
      trustedProxies: ['127.0.0.1'],
      now: clock.now,
      ...options,
    })
    return new PeopleServer(database, ground, clock, server)
  }

  async close(): Promise<void> {
    await this.server.close()
    await this.database.close()
  }

  async send(
    path: string,
    init: RequestInit & { cookie?: string; address?: string } = {},
  ): Promise<Answered> {
    const { cookie, address = '10.0.0.1', ...rest } = init
    const answer = await fetch(`${this.server.url}${path}`, {
      redirect: 'manual',
      ...rest,
      headers: {
        ...(rest.body ? { 'content-type': 'application/json' } : {}),
        // As a page of this server sends it.
        ...(cookie ? { cookie, origin: this.server.url } : {}),
        'x-forwarded-for': address,
        ...rest.headers,
      },
    })
    const text = await answer.text()
    let body: unknown = text
    try {
      body = JSON.parse(text)
    } catch {
      // A redirect or a page.
    }
    return { status: answer.status, headers: answer.headers, cookie: cookiesOf(answer), body }
  }

  post(path: string, body: unknown, more: { cookie?: string; address?: string } = {}): Promise<Answered> {
    return this.send(path, { method: 'POST', body: JSON.stringify(body), ...more })
  }

  signIn(username: string, password: string, address?: string): Promise<Answered> {
    return this.post('/api/auth/sign-in/username', { username, password }, { address })
  }

  /** A cookie of somebody who must be let in. */
  async cookieOf(username: string, password = PASSWORD): Promise<string> {
    const answer = await this.signIn(username, password, address())
    if (answer.status !== 200) throw new Error(`${username} was not let in: ${JSON.stringify(answer.body)}`)
    return answer.cookie
  }

  /** The answer of a procedure, or its error as `{ error }`. */
  async ask(cookie: string, path: string, input?: unknown): Promise<Procedure> {
    const query = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`
    return procedureOf(await this.send(`/trpc/${path}${query}`, { cookie }))
  }

  async change(cookie: string, path: string, input: unknown): Promise<Procedure> {
    return procedureOf(await this.post(`/trpc/${path}`, input, { cookie }))
  }

  /** An account with a password that has these grants, past every demand. @returns its id. */
  async person(userName: string, grants: Grant[] = [], password = PASSWORD): Promise<string> {
    const id = newId()
    await insertPerson(this.database, { id, userName, name: userName })
    await setPassword(this.database, id, await hashPassword(password), false)
    // The database's own clock stands elsewhere.
    await this.database.query('UPDATE users SET password_changed_at = $2 WHERE id = $1', [
      id,
      this.clock.now(),
    ])
    await grantTo(this.database, id, grants)
    return id
  }

  /** What the audit says, oldest first: action and person. */
  async audit(
    action?: string,
  ): Promise<{ action: string; userName: string; kind: string; detail: Detail; target: string | null }[]> {
    return this.database.query(
      `SELECT action, user_name AS "userName", kind, detail, target FROM audit
       WHERE $1::text IS NULL OR action = $1 ORDER BY id`,
      [action ?? null],
    )
  }
}

type Detail = Record<string, unknown>

export interface Procedure {
  status: number
  /** What was answered. */
  data: unknown
  /** Why it was not. */
  error: { message: string; data: { code: string; reason?: string } } | undefined
}

function procedureOf({ status, body }: Answered): Procedure {
  const { result, error } = body as { result?: { data: unknown }; error?: Procedure['error'] }
  return { status, data: result?.data, error }
}

export const ADMIN_PASSWORD = 'Mountains-7-Rivers'
export const PASSWORD = 'Kettle-4-Lantern'

let addresses = 0
/** An address nobody has come from. */
export function address(): string {
  addresses += 1
  return `10.1.${Math.floor(addresses / 250)}.${(addresses % 250) + 1}`
}
