import type { OidcOptions } from '../api/people/oidc.ts'
import { StartError } from '../db/startError.ts'

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '127.0.0.1' || host === '[::1]'
}

/** An address of a server, without a path that would be lost. Plain HTTP only to this very machine. */
function addressOf(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))))
    return text
  throw new StartError(
    `${name} 应为 https:// 开头的地址（本机可用 http://127.0.0.1），现为“${text}”。`,
    `${name} must be an address that begins with https:// (http:// only for 127.0.0.1) but is "${text}".`,
  )
}

/** Where browsers reach the server; undefined: where it listens. */
export function publicUrlOf(text: string): string | undefined {
  return text ? new URL(addressOf('PUBLIC_URL', text)).origin : undefined
}

/** The other system people may sign in by; undefined: none. @throws StartError for half of it. */
export function oidcOf(env: NodeJS.ProcessEnv): OidcOptions | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = env
  if (!issuer && !clientId && !clientSecret) return undefined
  if (!issuer || !clientId || !clientSecret) {
    throw new StartError(
      'OIDC_ISSUER、OIDC_CLIENT_ID 和 OIDC_CLIENT_SECRET 应同时给出。',
      'OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together.',
    )
  }
  return {
    issuer: addressOf('OIDC_ISSUER', issuer),
    clientId,
    clientSecret,
    clientAuth: env.OIDC_CLIENT_AUTH === 'post' ? 'post' : 'basic',
    userNameClaim: env.OIDC_USER_CLAIM || 'preferred_username',
    name: env.OIDC_NAME || '统一身份认证',
    createAccounts: env.OIDC_CREATE_ACCOUNTS === '1',
  }
}
