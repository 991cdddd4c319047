import { copyFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningServer, startServer } from '../../api/server.ts'
import { temporaryDir } from '../setup/temporaryDir.ts'
import { PASSWORD } from './http.ts'
import { openTestApi, type TestApi } from './setup.ts'

const fixture = (name: string) => join(import.meta.dirname, '..', 'fixtures', 'tls', name)

describe('TLS spoken by the server itself', () => {
  let api: TestApi
  let server: RunningServer
  const dir = temporaryDir('tls')
  const files = { certFile: join(dir.path, 'cert.pem'), keyFile: join(dir.path, 'key.pem') }
  const use = (name: 'first' | 'second') => {
    copyFileSync(fixture(`${name}.cert.pem`), files.certFile)
    copyFileSync(fixture(`${name}.key.pem`), files.keyFile)
  }
  const options = () => ({
    database: api.database,
    host: '127.0.0.1',
    port: 0,
    dataDir: api.database.dataDir,
    webDir: join(dir.path, 'web'),
    adminPassword: PASSWORD,
    certificate: files,
  })

  beforeAll(async () => {
    use('first')
    api = await openTestApi('pglite')
    server = await startServer(options())
  })
  afterAll(async () => {
    await server?.close()
    await api?.close()
    dir.remove()
  })

  /** The certificate's own authority: each is its own. */
  const handshake = (most?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2') =>
    new Promise<{ protocol: string | null; organisation: string }>((resolve, reject) => {
      const socket: TLSSocket = connect({
        host: '127.0.0.1',
        port: Number(new URL(server.url).port),
        rejectUnauthorized: false,
        ...(most ? { maxVersion: most, minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
      })
      socket.on('secureConnect', () => {
        const { subject } = socket.getPeerCertificate()
        resolve({ protocol: socket.getProtocol(), organisation: String(subject.O) })
        socket.destroy()
      })
      socket.on('error', reject)
    })

  const post = (path: string, body: unknown) =>
    new Promise<{ status: number; headers: Record<string, string | string[] | undefined> }>(
      (resolve, reject) => {
        const asked = request(
          `${server.url}${path}`,
          { method: 'POST', rejectUnauthorized: false, headers: { 'content-type': 'application/json' } },
          (answer) => {
            answer.resume()
            answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers }))
          },
        )
        asked.on('error', reject)
        asked.end(JSON.stringify(body))
      },
    )

  test('signing in gives Secure cookies, and HSTS', async () => {
    expect(server.url).toMatch(/^https:/)
    const { status, headers } = await post('/api/auth/sign-in/username', {
      username: 'admin',
      password: PASSWORD,
    })
    expect(status).toBe(200)
    expect(headers['strict-transport-security']).toBe('max-age=31536000')
    for (const cookie of [headers['set-cookie'] ?? []].flat()) expect(cookie).toMatch(/; Secure(;|$)/)
    expect(headers['set-cookie']).not.toHaveLength(0)
  })

  test('TLS 1.2 and 1.3, nothing older', async () => {
    expect((await handshake()).protocol).toBe('TLSv1.3')
    expect((await handshake('TLSv1.2')).protocol).toBe('TLSv1.2')
    await expect(handshake('TLSv1.1')).rejects.toThrow()
    await expect(handshake('TLSv1')).rejects.toThrow()
  })

  test('a renewed certificate is taken up; one that cannot be used leaves the old one in place', async () => {
    expect((await handshake()).organisation).toBe('first')
    use('second')
    server.renewCertificate()
    expect((await handshake()).organisation).toBe('second')
    copyFileSync(fixture('first.key.pem'), files.keyFile)
    expect(() => server.renewCertificate()).toThrow(/cannot be used together/)
    expect((await handshake()).organisation).toBe('second')
  })

  test('a start without a usable certificate says what is wrong with it', async () => {
    await expect(startServer(options())).rejects.toThrow(/cannot be used together.*both must be PEM/)
    writeFileSync(files.certFile, 'no certificate')
    await expect(startServer(options())).rejects.toThrow(/cannot be used together/)
    await expect(
      startServer({ ...options(), certificate: { ...files, certFile: join(dir.path, 'none.pem') } }),
    ).rejects.toThrow(/TLS_CERT_FILE names cannot be read/)
  })
})
