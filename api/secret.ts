import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StartError } from '../db/startError.ts'

const LEAST_LENGTH = 32

/**
 * The key that session cookies are signed with: BETTER_AUTH_SECRET where the environment has one, else made once and
 * kept in the data directory, readable by its owner only. Losing it signs everybody out, and voids second factors and the
 * secrets of signed messages, which are encrypted with it: keep it with the backup.
 * @throws StartError when the one given is too short to be safe.
 */
export async function sessionSecret(dataDir: string): Promise<string> {
  const given = process.env.BETTER_AUTH_SECRET
  if (given) return checked(given, 'BETTER_AUTH_SECRET')
  const file = join(dataDir, 'secret')
  if (existsSync(file)) return checked(readFileSync(file, 'utf8').trim(), file)
  await mkdir(dataDir, { recursive: true })
  const secret = randomBytes(32).toString('base64url')
  // 'wx': of two processes that start at once, one writes and the other reads what it wrote.
  await writeFile(file, `${secret}\n`, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  return checked(readFileSync(file, 'utf8').trim(), file)
}

function checked(secret: string, from: string): string {
  if (secret.length >= LEAST_LENGTH) return secret
  throw new StartError(
    `${from} 至少需要 ${LEAST_LENGTH} 个字符，实际为 ${secret.length} 个。`,
    `${from} must have at least ${LEAST_LENGTH} characters, but it has ${secret.length}.`,
  )
}
