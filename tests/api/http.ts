import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { hashPassword } from 'better-auth/crypto'
import type { Grant } from '../../api/access.ts'
import type { Viewer } from '../../api/context.ts'
import { type RunningServer, type ServerOptions, startServer } from '../../api/server.ts'
import { setPassword } from '../../db/queries/people.ts'
import { createPerson } from '../factories/people.ts'
import type { DatabaseKind } from '../setup/database.ts'
import { openTestApi, type TestApi } from './setup.ts'

export const PASSWORD = 'correct horse battery'

export interface TestServer {
  api: TestApi
  server: RunningServer
  /** The session cookie of the admin. */
  cookie: string
  get(path: string, headers?: Record<string, string>): Promise<Response>
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>
  /** A new account with these grants, signed in by its password. */
  signIn(grants: readonly Grant[]): Promise<{ viewer: Viewer; cookie: string }>
  close(): Promise<void>
}

/** The cookies of an answer as a browser would send them back. */
export function cookiesOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

/**
 * A server on a free port over the toy city, and the admin signed in.
 * @param options of the server; without any it limits nobody, for tests that ask faster than a person.
 */
export async function openTestServer(
  kind: DatabaseKind,
  options: Pick<ServerOptions, 'limitFactor' | 'trustedProxies' | 'purposeMs' | 'now'> = { limitFactor: 0 },
): Promise<TestServer> {
  const api = await openTestApi(kind)
  // A copy: the server puts compressed files beside the built ones.
  const webDir = join(api.database.dataDir, 'web')
  cpSync(join(import.meta.dirname, '..', 'fixtures', 'webShell'), webDir, { recursive: true })
  const server = await startServer({
    database: api.database,
    host: '127.0.0.1',
    port: 0,
    dataDir: api.database.dataDir,
    webDir,
    adminPassword: PASSWORD,
    ...options,
  })
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${server.url}${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  const signedIn = await post('/api/auth/sign-in/username', { username: 'admin', password: PASSWORD })
  return {
    api,
    server,
    cookie: cookiesOf(signedIn),
    get: (path, headers = {}) => fetch(`${server.url}${path}`, { headers, redirect: 'manual' }),
    post,
    async signIn(grants) {
      const viewer = await createPerson(api.database, grants)
      await setPassword(api.database, viewer.userId, await hashPassword(PASSWORD), false)
      const answer = await post('/api/auth/sign-in/username', {
        username: viewer.userName,
        password: PASSWORD,
      })
      if (!answer.ok) throw new Error(`${viewer.userName} could not sign in: ${await answer.text()}`)
      return { viewer, cookie: cookiesOf(answer) }
    },
    async close() {
      await server.close()
      await api.close()
    },
  }
}
