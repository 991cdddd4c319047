import { setTimeout as wait } from 'node:timers/promises'
import { APIError, createAuthMiddleware } from 'better-auth/api'
import { type GenericOAuthConfig, genericOAuth } from 'better-auth/plugins'
import { decodeJwt } from 'jose'
import { USER_NAME } from './signInPlugin.ts'

/** Sign-in by another system that speaks OpenID Connect. One provider an installation. */
export interface OidcOptions {
  /** https://…, as the provider spells it; its discovery document lies below. */
  issuer: string
  clientId: string
  clientSecret: string
  /** How the provider is told the secret: in the Authorization header, as the standard has it, or in the body. */
  clientAuth: 'basic' | 'post'
  /** The claim that is a user name here. */
  userNameClaim: string
  /** What the button calls it. */
  name: string
  /** Whether somebody unknown here gets an account, without any grant. */
  createAccounts: boolean
  /** How long each of its answers is waited for once it has sent somebody back, milliseconds. Default 20 s. */
  answerMs?: number
}

export const OIDC_PROVIDER = 'oidc'
const WAIT_FOR_PROVIDER_MS = 3_000
/** Longer than a slow network takes; whoever waits for it may use the password meanwhile. */
const WAIT_FOR_ANSWER_MS = 20_000

/** Account names of better-auth; nothing is ever sent there (RFC 2606). */
export function emailOf(userName: string): string {
  return `${userName.toLowerCase()}@gridwall.invalid`
}

/** Whether the provider says it has asked for more than a password (RFC 8176). */
export function askedForSecondFactor(idToken: string | null | undefined): boolean {
  if (!idToken) return false
  const { amr } = decodeJwt(idToken)
  return Array.isArray(amr) && amr.some((method) => ['mfa', 'otp', 'hwk', 'sc'].includes(method))
}

/**
 * Authorization code with PKCE, state and nonce; the ID token is checked against the provider's keys, issuer, audience,
 * times and nonce, and nobody gets in without one. Of the person only the user name is taken, never a name or an address.
 */
export function oidcPlugin(options: OidcOptions) {
  const discoveryUrl = `${options.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const config: GenericOAuthConfig[] = [
    {
      providerId: OIDC_PROVIDER,
      name: options.name,
      discoveryUrl,
      requireIdTokenVerification: true,
      clientId: options.clientId,
      clientSecret: options.clientSecret,
      authentication: options.clientAuth,
      scopes: ['openid', 'profile'],
      pkce: true,
      disableSignUp: !options.createAccounts,
      accountSubject({ tokens }) {
        // Without an ID token nothing was verified.
        const subject = tokens.idToken ? decodeJwt(tokens.idToken).sub : undefined
        if (!subject) throw new Error('the provider sent no ID token')
        return subject
      },
      mapProfileToUser(profile) {
        const userName: unknown = profile[options.userNameClaim]
        // Without an address better-auth lets nobody in: error=email_not_found.
        if (typeof userName !== 'string' || !USER_NAME.test(userName)) return { email: null }
        return {
          email: emailOf(userName),
          emailVerified: true,
          name: userName.toLowerCase(),
          username: userName.toLowerCase(),
          image: undefined,
        }
      },
    },
  ]
  const plugin = onlyToThoseThere(withoutWaiting(genericOAuth({ config }), config), discoveryUrl)
  return withEnd(plugin, options.answerMs ?? WAIT_FOR_ANSWER_MS)
}

/** What comes of a question within a time; what comes later is dropped. */
async function within<T>(answerMs: number, asked: Promise<T>): Promise<T> {
  const done = new AbortController()
  const late = wait(answerMs, undefined, { signal: done.signal }).then(() => {
    throw new Error(`the sign-in provider has not answered within ${answerMs} ms`)
  })
  try {
    return await Promise.race([asked, late])
  } finally {
    late.catch(() => undefined)
    done.abort()
  }
}

/**
 * A provider that sends somebody back and then falls silent: better-auth would wait for five minutes, and a lost connection
 * would end on an error page. Both are a sign-in that was not confirmed, said on the page somebody was on.
 */
function withEnd(plugin: ReturnType<typeof onlyToThoseThere>, answerMs: number) {
  const ending = new WeakSet<object>()
  const endAnswers = createAuthMiddleware(async ({ context }) => {
    for (const provider of context.socialProviders) {
      if (provider.id !== OIDC_PROVIDER || ending.has(provider)) continue
      ending.add(provider)
      const { validateAuthorizationCode, getUserInfo } = provider
      provider.validateAuthorizationCode = (data) => within(answerMs, validateAuthorizationCode(data))
      provider.getUserInfo = (tokens) =>
        within(answerMs, getUserInfo(tokens)).catch((error: unknown) => {
          console.error('the sign-in provider did not say who somebody is:', error)
          return null
        })
    }
  })
  const callback = {
    matcher: ({ path }: { path?: string }) => path === '/callback/:id',
    handler: endAnswers,
  }
  // After those that find the provider anew.
  return { ...plugin, hooks: { before: [...plugin.hooks.before, callback] } }
}

/**
 * Nobody is sent to a provider that does not answer just now: the browser would end on an error page of its own, with no way
 * back to the password.
 */
function onlyToThoseThere(plugin: ReturnType<typeof withoutWaiting>, discoveryUrl: string) {
  const requireProvider = createAuthMiddleware(async () => {
    const signal = AbortSignal.timeout(WAIT_FOR_ANSWER_MS)
    const answer = await fetch(discoveryUrl, { signal }).catch((error: unknown) => error)
    if (answer instanceof Response) await answer.body?.cancel()
    if (answer instanceof Response && answer.ok) return
    console.error(
      `the sign-in provider ${discoveryUrl} does not answer:`,
      answer instanceof Response ? answer.status : answer,
    )
    throw new APIError('FAILED_DEPENDENCY', {
      code: 'PROVIDER_UNREACHABLE',
      message: 'The identity provider does not answer. Try again later, or use user name and password.',
    })
  })
  const there = {
    matcher: ({ path }: { path?: string }) => path === '/sign-in/social',
    handler: requireProvider,
  }
  return { ...plugin, hooks: { before: [there, ...plugin.hooks.before] } }
}

/**
 * A provider that does not answer holds up nobody who signs in by password: the plugin would wait for it at the start.
 * It is then asked again by whoever wants to sign in by it, as after a failure.
 */
function withoutWaiting(plugin: ReturnType<typeof genericOAuth>, config: GenericOAuthConfig[]) {
  return {
    ...plugin,
    async init(context: Parameters<typeof plugin.init>[0]): Promise<Awaited<ReturnType<typeof plugin.init>>> {
      const asked = plugin.init(context)
      const late = wait(WAIT_FOR_PROVIDER_MS, undefined, { ref: false })
      const found = await Promise.race([asked, late])
      if (found) return found
      asked.catch((error: unknown) => console.error('the sign-in provider could not be asked:', error))
      console.error(`the sign-in provider ${config[0].discoveryUrl} does not answer; it will be asked again.`)
      return {
        context: {
          socialProviders: context.socialProviders,
          genericOAuthPendingDiscovery: new Map(config.map((each) => [each.providerId, each])),
        },
      }
    },
  }
}
