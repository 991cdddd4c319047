import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import type { OidcOptions } from '../api/people/oidc.ts'
import { StartError } from '../db/startError.ts'
import { oidcOf, publicUrlOf } from './oidcEnvironment.ts'

export const repositoryRoot = resolve(import.meta.dirname, '..')

export interface Environment {
  host: string
  port: number
  dataDir: string
  /** Empty: the built-in database in `dataDir`. */
  databaseUrl: string
  /** Undefined: made at the first start. */
  adminPassword: string | undefined
  /** One account a role over the demo city, passwords printed once. */
  demo: boolean
  /** User name of an account that is let in again with a made password, printed once; undefined: nobody. */
  recoverUser: string | undefined
  /** Undefined: people sign in by password alone. */
  oidc: OidcOptions | undefined
  /** Where browsers reach the server, behind a proxy; undefined: where it listens. */
  publicUrl: string | undefined
  /** Undefined: plain HTTP. */
  certificate: { certFile: string; keyFile: string } | undefined
  /** Addresses or networks of reverse proxies that may say who asks. */
  trustedProxies: string[]
  /** Multiplies how much a person or an address may ask; 0: no limits. */
  limitFactor: number
}

function portOf(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new StartError(
    `PORT 应为 0 到 65535 的整数，现为“${text}”。`,
    `PORT must be a whole number from 0 to 65535 but is "${text}".`,
  )
}

function certificateOf(certFile: string, keyFile: string): Environment['certificate'] {
  if (certFile && keyFile) return { certFile: resolve(certFile), keyFile: resolve(keyFile) }
  if (!certFile && !keyFile) return undefined
  throw new StartError(
    'TLS_CERT_FILE 和 TLS_KEY_FILE 应同时给出：一个是证书（含证书链），一个是私钥，均为 PEM 格式。',
    'TLS_CERT_FILE and TLS_KEY_FILE belong together: the certificate with its chain, and its key, both PEM.',
  )
}

function proxiesOf(text: string): string[] {
  const proxies = text.split(/[\s,]+/).filter((each) => each !== '')
  for (const each of proxies) {
    const [address, bits, ...more] = each.split('/')
    const version = isIP(address)
    const isNetwork =
      bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
    // A network of everybody would let anybody choose the address they are counted under.
    if (version !== 0 && isNetwork && more.length === 0 && bits !== '0') continue
    throw new StartError(
      `TRUST_PROXY 应为反向代理的地址或网段（如 127.0.0.1 或 10.0.0.0/24，用逗号分隔），现有“${each}”。`,
      `TRUST_PROXY must name addresses or networks of reverse proxies, such as 127.0.0.1 or 10.0.0.0/24, separated by commas, but has "${each}".`,
    )
  }
  return proxies
}

function factorOf(text: string): number {
  const factor = Number(text)
  if (Number.isFinite(factor) && factor >= 0 && factor <= 1000) return factor
  throw new StartError(
    `RATE_LIMIT_FACTOR 应为 0 到 1000 的数（1 为默认限额，0 为不限），现为“${text}”。`,
    `RATE_LIMIT_FACTOR must be a number from 0 to 1000 (1: the usual limits, 0: none) but is "${text}".`,
  )
}

/** What the environment says, with the defaults of the contract. @throws StartError for what cannot be meant. */
export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  return {
    host: env.HOST || '127.0.0.1',
    port: portOf(env.PORT || '8787'),
    dataDir: resolve(env.DATA_DIR || join(repositoryRoot, '.data')),
    databaseUrl: env.DATABASE_URL ?? '',
    adminPassword: env.GRIDWALL_ADMIN_PASSWORD || undefined,
    demo: env.GRIDWALL_DEMO === '1',
    recoverUser: env.GRIDWALL_RECOVER || undefined,
    oidc: oidcOf(env),
    publicUrl: publicUrlOf(env.PUBLIC_URL ?? ''),
    certificate: certificateOf(env.TLS_CERT_FILE ?? '', env.TLS_KEY_FILE ?? ''),
    trustedProxies: proxiesOf(env.TRUST_PROXY ?? ''),
    limitFactor: factorOf(env.RATE_LIMIT_FACTOR || '1'),
  }
}
