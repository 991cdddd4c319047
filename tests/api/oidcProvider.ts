import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import Provider from 'oidc-provider'
import { address } from './peopleServer.ts'

export const CLIENT_ID = 'gridwall'
export const CLIENT_SECRET = 'a secret of the tests, longer than thirty characters'

/** Who signs in at the provider, and what it says of them. */
export interface Subject {
  sub: string
  claims: Record<string, unknown>
  /** How the provider has asked who they are (RFC 8176). */
  amr?: string[]
}

/** A real OpenID provider on loopback, which lets in whoever the test says without asking. */
export interface TestProvider {
  issuer: string
  subject: Subject
  /** Refuses instead of letting anybody in. */
  refuses: boolean
  /** The path it never answers, as if it hung: '/token', '/me'. */
  silentAt: string | undefined
  /** Changes what an ID token says before it leaves, signed anew with `key`; undefined: none is sent. */
  tamper:
    | ((
        claims: JWTPayload,
        sign: (claims: JWTPayload, key?: CryptoKey) => Promise<string>,
      ) => Promise<string | undefined>)
    | undefined
  /** Queries of authorization requests, as they came. */
  asked: URLSearchParams[]
  close(): Promise<void>
}

/** @param host Another name of this machine than the server's makes it another site, as browsers see it. */
export async function openTestProvider(
  redirectUri: string,
  { port = 0, host = '127.0.0.1' }: { port?: number; host?: '127.0.0.1' | 'localhost' } = {},
): Promise<TestProvider> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'test' }
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const issuer = `http://${host}:${(server.address() as AddressInfo).port}`

  const state: TestProvider = {
    issuer,
    subject: { sub: 'nobody', claims: {} },
    refuses: false,
    silentAt: undefined,
    tamper: undefined,
    asked: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    jwks: { keys: [jwk] },
    cookies: { keys: ['of the tests'] },
    claims: { openid: ['sub', 'amr'], profile: ['preferred_username', 'name'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: () => ({ sub, ...state.subject.claims }),
    }),
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
  })
  const sign = (claims: JWTPayload, key: CryptoKey = privateKey) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'test' }).sign(key)
  provider.use(async (ctx, next) => {
    if (ctx.path === '/auth') state.asked.push(new URLSearchParams(ctx.querystring))
    await next()
    const body = ctx.body as { id_token?: string } | undefined
    if (ctx.path !== '/token' || !body?.id_token || !state.tamper) return
    const [, payload] = body.id_token.split('.')
    const claims: JWTPayload = JSON.parse(Buffer.from(payload, 'base64url').toString())
    ctx.body = { ...body, id_token: await state.tamper(claims, sign) }
  })

  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { prompt, params, session } = await provider.interactionDetails(request, response)
    if (state.refuses) {
      await provider.interactionFinished(request, response, { error: 'access_denied' })
    } else if (prompt.name === 'login') {
      const { sub: accountId, amr } = state.subject
      await provider.interactionFinished(request, response, { login: { accountId, amr, remember: false } })
    } else {
      const grant = new provider.Grant({ accountId: session?.accountId, clientId: String(params.client_id) })
      grant.addOIDCScope('openid profile')
      await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } })
    }
  }
  const answer = provider.callback()
  server.on('request', (request, response) => {
    if (state.silentAt !== undefined && request.url === state.silentAt) return
    if (!request.url?.startsWith('/interaction/')) return answer(request, response)
    interact(request, response).catch((error) => {
      console.error(error)
      response.writeHead(500).end()
    })
  })
  return state
}

/** As much of a browser as following redirects takes: cookies by host, and where it ended. */
export class Browser {
  private readonly jars = new Map<string, Map<string, string>>()
  private readonly address = address()

  cookieFor(url: string): string {
    return [...(this.jars.get(new URL(url).host) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  async fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = this.cookieFor(url)
    const answer = await fetch(url, {
      redirect: 'manual',
      ...init,
      headers: { ...(cookie ? { cookie } : {}), 'x-forwarded-for': this.address, ...init.headers },
    })
    const { host } = new URL(url)
    const jar = this.jars.get(host) ?? new Map<string, string>()
    this.jars.set(host, jar)
    for (const set of answer.headers.getSetCookie()) {
      const [pair] = set.split(';')
      const at = pair.indexOf('=')
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(set)) jar.delete(pair.slice(0, at))
      else jar.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return answer
  }

  /** Follows redirects until `stop` says so or there is none. @returns the last address. */
  async follow(url: string, stop: (url: string) => boolean): Promise<string> {
    let at = url
    for (let hop = 0; hop < 12 && !stop(at); hop++) {
      const answer = await this.fetch(at)
      await answer.arrayBuffer()
      const location = answer.headers.get('location')
      if (!location) return at
      at = new URL(location, at).href
    }
    return at
  }
}
