import { expect, test } from 'vitest'
import { openPostgres } from '../../db/postgres.ts'
import { isUnavailable } from '../../db/unavailable.ts'
import { databaseKinds, openTestDatabase } from '../setup/database.ts'
import { freePort } from '../setup/postgresServer.ts'

const failureOf = (work: Promise<unknown>) => work.then(() => undefined).catch((error: unknown) => error)

test.for(databaseKinds())('what passes is told from what was wrong, on %s', async (kind) => {
  const database = await openTestDatabase({ kind })
  const raised = (code: string) =>
    failureOf(database.query(`DO $$ BEGIN RAISE 'so' USING ERRCODE = '${code}'; END $$`))
  for (const code of ['53100', '53300', '57P03', '08006'])
    expect(isUnavailable(await raised(code))).toBe(true)
  for (const code of ['23505', '42501', '40P01']) expect(isUnavailable(await raised(code))).toBe(false)
  if (kind === 'postgres') {
    const ended = await failureOf(database.query('SELECT pg_terminate_backend(pg_backend_pid())'))
    expect(isUnavailable(ended)).toBe(true)
  }
  await database.close()
})

test('a server that is not there', async () => {
  const failure = await failureOf(openPostgres(`postgres://nobody@127.0.0.1:${await freePort()}/none`))
  expect(failure instanceof Error && isUnavailable(failure.cause)).toBe(true)
})
