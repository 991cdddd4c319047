import { cpSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AreaAnswer } from '../../../api/aggregates/byArea.ts'
import { type RunningServer, startServer } from '../../../api/server.ts'
import { checkOf, packCounts, unpackAnswer } from '../../../geodata/packed.ts'
import { createRandom } from '../../../geodata/random.ts'
import { openTestDatabase, type TestDatabase } from '../../setup/database.ts'
import { cookiesOf, PASSWORD } from '../http.ts'

/** What a whole-city answer may take on the wire. */
const MOST_BYTES = 4500

let database: TestDatabase
let server: RunningServer
let cookie: string

beforeAll(async () => {
  database = await openTestDatabase({ kind: 'pglite', seeded: true })
  const webDir = join(database.dataDir, 'web')
  cpSync(join(import.meta.dirname, '..', '..', 'fixtures', 'webShell'), webDir, { recursive: true })
  server = await startServer({
    database,
    host: '127.0.0.1',
    port: 0,
    dataDir: database.dataDir,
    webDir,
    adminPassword: PASSWORD,
  })
  cookie = cookiesOf(
    await fetch(`${server.url}/api/auth/sign-in/username`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'admin', password: PASSWORD }),
    }),
  )
})
afterAll(async () => {
  await server?.close()
  await database?.close()
})

/** How many bytes came, and what they say. */
function ask(input: object): Promise<{ bytes: number; answer: AreaAnswer }> {
  const url = `${server.url}/trpc/aggregates.byArea?input=${encodeURIComponent(JSON.stringify(input))}`
  return new Promise((resolve, reject) => {
    request(url, { headers: { cookie, 'accept-encoding': 'br' } }, (answer) => {
      const pieces: Buffer[] = []
      answer.on('data', (piece: Buffer) => pieces.push(piece))
      answer.on('end', () => {
        const body = Buffer.concat(pieces)
        // A short one is sent as it is.
        const text = answer.headers['content-encoding'] === 'br' ? brotliDecompressSync(body) : body
        const { result } = JSON.parse(text.toString()) as { result: { data: AreaAnswer } }
        resolve({ bytes: body.length, answer: result.data })
      })
      answer.on('error', reject)
    })
      .on('error', reject)
      .end()
  })
}

test.each([
  ['a day', '2026-11-20', '2026-11-21', undefined],
  ['30 days', '2026-10-22', '2026-11-21', undefined],
  ['a year', '2025-11-21', '2026-11-21', undefined],
  ['all years', '2023-01-01', '2026-11-22', undefined],
  ['30 days beside those before', '2026-10-22', '2026-11-21', 'previousPeriod'],
  ['a year beside the one before', '2025-11-21', '2026-11-21', 'previousYear'],
])('all 3,381 micro-grids over %s fit in 4.5 kB', async (_, from, to, compareTo) => {
  const question = { city: 'shuifu', level: 'microGrid', from, to, compareTo }
  const packed = await ask({ ...question, packed: true })
  expect(packed.bytes).toBeLessThanOrEqual(MOST_BYTES)
  const answer = unpackAnswer(packed.answer)
  expect(answer.areaId).toHaveLength(3381)
  const columns = await ask(question)
  expect(answer.count).toEqual(columns.answer.count)
  expect(answer.compareCount).toEqual(columns.answer.compareCount)
})

test('a year beside the one before, told by the counts of the one before', async () => {
  const [before, from, to] = ['2024-11-21', '2025-11-21', '2026-11-21']
  const question = { city: 'shuifu', level: 'microGrid', from, to, compareTo: { from: before, to: from } }
  const alone = await ask({ ...question, packed: true })
  const answer = unpackAnswer(alone.answer)
  const held = Int32Array.from(answer.compareCount ?? [], Number)
  const given = { from: before, to: from, check: checkOf(answer.areaId, held) }
  const told = await ask({ ...question, packed: true, given })
  const { countedAt: _then, ...expected } = answer
  expect(unpackAnswer(told.answer, held)).toMatchObject(expected)
  expect(() => unpackAnswer(told.answer)).toThrow(/held counts/)
  expect(told.bytes).toBeLessThan(0.7 * alone.bytes)
  // Nothing is told by counts that are not those of the window, or no longer.
  for (const wrong of [
    { ...given, check: given.check + 1 },
    { ...given, to },
  ]) {
    const mistaken = await ask({ ...question, packed: true, given: wrong })
    expect(mistaken.answer.packed).toBe(alone.answer.packed)
  }
})

test('a year of a city with ten million incidents fits where 30 days are held, 30 days by themselves', async () => {
  const whole = await ask({ city: 'shuifu', level: 'microGrid', from: '2023-01-01', to: '2026-11-22' })
  const { areaId, count } = whole.answer
  const total = count.reduce<number>((sum, each) => sum + (each ?? 0), 0)
  const random = createRandom(7)
  // The same shares of ten million, so many of 1,095 days of them, and chance.
  const scaled = (days: number) =>
    Int32Array.from(count, (each) => {
      const mean = ((each ?? 0) / total) * 1e7 * (days / 1095)
      const chance = Array.from({ length: 12 }, () => random.between(-0.5, 0.5)).reduce(
        (sum, one) => sum + one,
        0,
      )
      return Math.max(0, Math.round(mean + Math.sqrt(mean) * chance))
    })
  const bytesOf = (count: Int32Array, held?: Int32Array) => {
    const text = Buffer.from(packCounts({ areaId, count }, held)).toString('base64')
    return brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }).length
  }
  const held = scaled(30)
  // 400 bytes are left for the rest of the answer.
  expect(bytesOf(held)).toBeLessThanOrEqual(MOST_BYTES - 400)
  expect(bytesOf(scaled(365), held)).toBeLessThanOrEqual(MOST_BYTES - 400)
})
