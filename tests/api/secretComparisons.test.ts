import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isSigned, readSignature, signatureOf } from '../../api/ingest/signatures.ts'
import { repositoryRoot } from '../../scripts/environment.ts'

const now = new Date('2026-11-22T08:00:00Z')
const timestamp = String(now.getTime() / 1000)

describe('a signature', () => {
  test('counts whole: one bit of it, of the body or of the time is another', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.uint8Array({ minLength: 1 }),
        fc.nat(255),
        (secret, body, bit) => {
          const signature = signatureOf(secret, timestamp, body)
          expect(isSigned(secret, { signature, timestamp, body }, now)).toBe(true)
          const other = Buffer.from(signature)
          other[bit >> 3] ^= 1 << (bit & 7)
          const longer = Buffer.concat([body, Buffer.of(bit)])
          const later = String(Number(timestamp) + 1)
          expect(isSigned(secret, { signature: other, timestamp, body }, now)).toBe(false)
          expect(isSigned(secret, { signature, timestamp, body: longer }, now)).toBe(false)
          expect(isSigned(secret, { signature, timestamp: later, body }, now)).toBe(false)
          expect(isSigned(`${secret}x`, { signature, timestamp, body }, now)).toBe(false)
        },
      ),
    )
  })

  test('of another length is none, before anything is compared', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789abcdefg'), maxLength: 80 }), (digits) => {
        const whole = /^[0-9a-f]{64}$/.test(digits)
        expect(readSignature(`sha256=${digits}`)?.length).toBe(whole ? 32 : undefined)
      }),
    )
    for (const header of [undefined, [], ['sha256='], 'sha1=00', `sha256=${'0'.repeat(128)}`])
      expect(readSignature(header)).toBeNull()
  })
})

/** What leads to somebody's rights, and whose comparison must not tell by its time how much of a guess was right. */
const SECRET = /(?:[sS]ecret|[tT]oken|[sS]ignature|[pP]assword|[tT]okenHash|token_hash|[bB]ackupCode)/
const COMPARED = new RegExp(
  `${SECRET.source}\\w*(?:\\([^)]*\\))?\\s*[!=]==(?!\\s*(?:undefined|null|true|false|''))|[!=]==\\s*(?:\\w+\\.)*\\w*${SECRET.source}\\w*\\b(?!\\()`,
)

test('no secret is compared sign by sign: they are looked up by hash, or compared in constant time', () => {
  expect('if (token === wanted)').toMatch(COMPARED)
  expect('row.token_hash !== hash').toMatch(COMPARED)
  expect('given === row.secret').toMatch(COMPARED)
  const found = ['api', 'db'].flatMap((folder) =>
    readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) =>
        readFileSync(join(repositoryRoot, folder, name), 'utf8')
          .split('\n')
          .filter((line) => COMPARED.test(line) && !line.includes('typeof'))
          .map((line) => `${folder}/${name}: ${line.trim()}`),
      ),
  )
  expect(found).toEqual([])
})
