import { copyFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { copyDirectory } from '../../db/cache.ts'
import { openDatabase } from '../../db/client.ts'
import { migrate } from '../../db/migrate.ts'
import { pgliteDirName } from '../../db/pglite.ts'
import { asSuperuser, createPostgresDatabase, databaseKinds } from '../setup/database.ts'
import { freePort } from '../setup/postgresServer.ts'
import { runScript } from '../setup/process.ts'
import { writeSeededCity } from '../setup/seededCity.ts'
import { pgliteTemplate } from '../setup/templates.ts'
import { temporaryDir } from '../setup/temporaryDir.ts'

const dir = temporaryDir('start')
afterAll(() => dir.remove())

/** Starts a server that is to refuse, and checks that it says why in one sentence a language and nothing else. */
async function refusal(env: Record<string, string>, script = 'scripts/start.ts', args = ['--without-web']) {
  const command = runScript(script, args, { DATA_DIR: join(dir.path, 'refused'), PORT: '0', ...env })
  const { code } = await command.ended
  const lines = command.stderr().trim().split('\n')
  expect({ code, lines: lines.length, stdout: command.stdout() }).toEqual({ code: 1, lines: 2, stdout: '' })
  expect(lines[0]).toMatch(/^[^\n]*\p{Script=Han}[^\n]*$/u)
  return lines[1]
}

describe.runIf(databaseKinds().includes('postgres'))('with DATABASE_URL', () => {
  let database: Awaited<ReturnType<typeof createPostgresDatabase>>
  beforeAll(async () => {
    database = await createPostgresDatabase()
  })
  afterAll(() => database?.drop())

  function changed(change: (url: URL) => void): { DATABASE_URL: string } {
    const url = new URL(database.url)
    change(url)
    return { DATABASE_URL: url.href }
  }

  test('a wrong password is named, and never repeated', async () => {
    const sentence = await refusal(changed((url) => (url.password = 'wrong-secret')))
    expect(sentence).toMatch(/does not accept the password of user postgres: correct the user and password/)
    expect(sentence).not.toContain('wrong-secret')
  })

  test('a missing password is named too', async () => {
    expect(await refusal(changed((url) => (url.password = '')))).toMatch(/does not accept the password/)
  })

  test('an unknown host is named', async () => {
    expect(await refusal(changed((url) => (url.hostname = 'no-such-host.invalid')))).toMatch(
      /The database host no-such-host\.invalid cannot be found: check the host name/,
    )
  })

  test('a server that is not running is named', async () => {
    const port = await freePort()
    expect(await refusal(changed((url) => (url.port = String(port))))).toMatch(
      /cannot be reached .*: make sure that PostgreSQL is running/,
    )
  })

  test('a database that does not exist is named with the command that makes it', async () => {
    expect(await refusal(changed((url) => (url.pathname = '/nowhere')))).toMatch(
      /There is no database named nowhere at .*: create it first with createdb/,
    )
  })

  test('an address that is none is refused', async () => {
    expect(await refusal({ DATABASE_URL: 'my database' })).toMatch(/DATABASE_URL is not a valid address/)
  })

  test('a missing extension that may not be created is named', async () => {
    const other = await createPostgresDatabase()
    await asSuperuser(async (client) => {
      await client.query("CREATE ROLE plain_start LOGIN PASSWORD 'plain'")
      await client.query(`ALTER DATABASE ${other.name} OWNER TO plain_start`)
    })
    const url = new URL(other.url)
    url.username = 'plain_start'
    url.password = 'plain'
    expect(await refusal({ DATABASE_URL: url.href })).toMatch(/lacks the PostGIS extension/)
    await other.drop()
    await asSuperuser((client) => client.query('DROP ROLE plain_start'))
  })

  test('a schema from a newer version is refused', async () => {
    const db = await openDatabase({ databaseUrl: database.url, dataDir: '' })
    await migrate(db)
    await db.query(
      "INSERT INTO schema_migrations (number, name, checksum) VALUES (9999, '9999_later.sql', '')",
    )
    expect(await refusal({ DATABASE_URL: database.url })).toMatch(/made by a newer GridWall/)
    await db.query('DELETE FROM schema_migrations WHERE number = 9999')
    await db.close()
  })

  test('a seeded database is served, and leaves the data directory unlocked', async () => {
    const db = await openDatabase({ databaseUrl: database.url, dataDir: '' })
    await migrate(db)
    await writeSeededCity(db)
    await db.close()
    const server = runScript('scripts/start.ts', ['--without-web'], {
      DATABASE_URL: database.url,
      DATA_DIR: join(dir.path, 'postgres-server'),
      PORT: '0',
    })
    await server.says(/^ready /m)
    const url = /^ready (.*)$/m.exec(server.stdout())?.[1]
    expect(await (await fetch(`${url}/healthz`)).json()).toMatchObject({ status: 'ok', database: 'postgres' })
    server.child.kill('SIGTERM')
    expect(await server.ended).toEqual({ code: 0, signal: null })
  })
})

test('a port in use is named before anything is made', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo
  const dataDir = join(dir.path, 'port')
  copyDirectory(await pgliteTemplate('demoCity'), join(dataDir, pgliteDirName))
  expect(await refusal({ PORT: String(port), DATA_DIR: dataDir })).toBe(
    `Port ${port} is in use by another program: stop that one, or choose another port, e.g. PORT=${port + 1} npm start.`,
  )
  other.close()
})

test('a port that is none is refused', async () => {
  expect(await refusal({ PORT: 'eighty' })).toBe(
    'PORT must be a whole number from 0 to 65535 but is "eighty".',
  )
})

describe('a server on its data directory', () => {
  const dataDir = join(dir.path, 'data')
  const start = () => runScript('scripts/start.ts', ['--without-web'], { DATA_DIR: dataDir, PORT: '0' })
  beforeAll(async () => copyDirectory(await pgliteTemplate('demoCity'), join(dataDir, pgliteDirName)))

  test('prints the password once and ready, refuses every second process, and frees the directory when it is killed', async () => {
    const server = start()
    await server.says(/^ready http:\/\/127\.0\.0\.1:\d+$/m)
    expect(server.stdout()).toMatch(/user name: admin\n.*first password: \S{12,}\nready /)

    const held = new RegExp(
      `is in use by another GridWall process \\(process ${server.child.pid}, serve, http://127\\.0\\.0\\.1:\\d+\\): stop that one first`,
    )
    const env = { DATA_DIR: dataDir }
    expect(await refusal(env)).toMatch(held)
    expect(await refusal(env, 'scripts/seed.ts', ['--reset'])).toMatch(held)
    await expect(openDatabase({ dataDir })).rejects.toThrow(held)

    server.child.kill('SIGKILL')
    await server.ended
    const next = start()
    await next.says(/^ready /m)
    expect(next.stdout()).not.toMatch(/password/)
    next.child.kill('SIGTERM')
    expect(await next.ended).toEqual({ code: 0, signal: null })
  })

  test('one process cannot open it twice either', async () => {
    const first = await openDatabase({ dataDir })
    await expect(openDatabase({ dataDir })).rejects.toThrow(`process ${process.pid}, serve`)
    await first.close()
    const second = await openDatabase({ dataDir })
    await second.close()
  })
})

test('SIGHUP has a server speak with a renewed certificate, and keep the old one where the new is none', async () => {
  const dataDir = join(dir.path, 'tls')
  copyDirectory(await pgliteTemplate('toyCity'), join(dataDir, pgliteDirName))
  const [certificate, key] = [join(dataDir, 'cert.pem'), join(dataDir, 'key.pem')]
  const use = (name: 'first' | 'second') => {
    const fixtures = join(import.meta.dirname, '..', 'fixtures', 'tls')
    copyFileSync(join(fixtures, `${name}.cert.pem`), certificate)
    copyFileSync(join(fixtures, `${name}.key.pem`), key)
  }
  use('first')
  const server = runScript('scripts/start.ts', ['--without-web'], {
    DATA_DIR: dataDir,
    PORT: '0',
    TLS_CERT_FILE: certificate,
    TLS_KEY_FILE: key,
  })
  await server.says(/^ready https:/m)
  const port = Number(/^ready https:.*:(\d+)$/m.exec(server.stdout())?.[1])
  /** Whose certificate the server shows. */
  const shown = () =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
        resolve(String(socket.getPeerCertificate().subject.O))
        socket.destroy()
      })
      socket.on('error', reject)
    })
  expect(await shown()).toBe('first')
  use('second')
  server.child.kill('SIGHUP')
  await server.says(/certificate read anew/)
  expect(await shown()).toBe('second')
  writeFileSync(certificate, 'no certificate')
  server.child.kill('SIGHUP')
  await server.says(/cannot be used together/)
  expect(await shown()).toBe('second')
  server.child.kill('SIGTERM')
  expect(await server.ended).toEqual({ code: 0, signal: null })
})
