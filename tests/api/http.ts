import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { type RunningServer, type ServerOptions, startServer } from '../../api/server.ts'
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
  options: Pick<ServerOptions, 'limitFactor' | 'trustedProxies'> = { limitFactor: 0 },
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
    async close() {
      await server.close()
      await api.close()
    },
  }
}
