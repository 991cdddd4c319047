import { join, resolve } from 'node:path'
import { StartError } from '../db/startError.ts'

export const repositoryRoot = resolve(import.meta.dirname, '..')

export interface Environment {
  host: string
  port: number
  dataDir: string
  /** Empty: the built-in database in `dataDir`. */
  databaseUrl: string
  /** Undefined: made at the first start. */
  adminPassword: string | undefined
}

function portOf(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new StartError(
    `PORT 应为 0 到 65535 的整数，现为“${text}”。`,
    `PORT must be a whole number from 0 to 65535 but is "${text}".`,
  )
}

/** What the environment says, with the defaults of the contract. @throws StartError for a port that is none. */
export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  return {
    host: env.HOST || '127.0.0.1',
    port: portOf(env.PORT || '8787'),
    dataDir: resolve(env.DATA_DIR || join(repositoryRoot, '.data')),
    databaseUrl: env.DATABASE_URL ?? '',
    adminPassword: env.GRIDWALL_ADMIN_PASSWORD || undefined,
  }
}
