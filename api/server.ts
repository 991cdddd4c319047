import type { Server } from 'node:http'
import { Server as TlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { constants } from 'node:zlib'
import fastifyCompress from '@fastify/compress'
import fastifyHelmet from '@fastify/helmet'
import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from '@trpc/server/adapters/fastify'
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import type { Database } from '../db/client.ts'
import { insertAudit, systemActor } from '../db/queries/audit.ts'
import { countAreas, listCities } from '../db/queries/catalog.ts'
import { keepFolded } from '../db/queries/cube.ts'
import { feedsOf } from '../db/queries/sources.ts'
import { keepTracks } from '../db/queries/tracks.ts'
import { StartError } from '../db/startError.ts'
import { isPurpose, PURPOSE_HEADER, PURPOSE_MS, PURPOSES, type Purpose } from './access.ts'
import { type AuditKeeper, keepAudit } from './audit/keeper.ts'
import { AUTH_PATHS, type Auth, accountOf, createAuth } from './auth.ts'
import { type Bundles, createBundles, serveBundles } from './bundles.ts'
import { keepCatalog } from './catalog.ts'
import { blockOf, type Context, type Viewer } from './context.ts'
import { Cubes } from './cube/cubes.ts'
import { DatabaseClock } from './databaseClock.ts'
import { answerDirectly } from './directQueries.ts'
import { keepFences } from './dispatch/fenceKeeper.ts'
import { DATA_POLICY, PERMISSIONS_POLICY, pagePolicy } from './hardening/contentSecurity.ts'
import { createHttpServer, refuseUnreadable } from './hardening/httpServer.ts'
import { refusal, refuseAddress } from './hardening/refusedRequest.ts'
import { limitRequests } from './hardening/requestLimits.ts'
import { checkRequests } from './hardening/requestShape.ts'
import { requireSameOrigin } from './hardening/sameOrigin.ts'
import { secureTransport } from './hardening/secureTransport.ts'
import { type Certificate, type CertificateFiles, readCertificate, secureContext } from './hardening/tls.ts'
import { ensureDemoSources } from './ingest/demoSources.ts'
import { type Ingest, startIngest } from './ingest/ingest.ts'
import { serveIngest } from './ingest/routes.ts'
import { LiveHub } from './live/liveHub.ts'
import { serveStream } from './live/streamRoute.ts'
import { ensureAccounts, type MadeAccount } from './people/firstAccounts.ts'
import { forwardToAuth } from './people/forwardToAuth.ts'
import { serveKiosks } from './people/kioskRoute.ts'
import { serveOffers } from './people/offersRoute.ts'
import type { OidcOptions } from './people/oidc.ts'
import { keepSessions } from './people/sessionKeeper.ts'
import { keepReach } from './reachKeeper.ts'
import { type AppRouter, appRouter } from './router.ts'
import { sessionSecret } from './secret.ts'
import { Viewers } from './viewers.ts'
import { compressWebShell, isApiPath, serveWebShell } from './webShell.ts'
import { sendWhole } from './wholeAnswers.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers without a session. Absent: it does not. 'pages': only where the path is none of the API's. */
    open?: 'always' | 'pages'
  }
  interface FastifyRequest {
    /** Who asks; null only where a route is open. */
    viewer: Viewer | null
  }
}

export interface ServerOptions {
  database: Database
  host: string
  /** 0 takes any free port. */
  port: number
  /** Keeps the session key and the prepared bundles. */
  dataDir: string
  /** The built web part, usually web/dist. */
  webDir: string
  /** Password of the account `admin`; absent: made at the first start. */
  adminPassword?: string
  /** Makes one account a role over the demo city. Default false. */
  demo?: boolean
  /** User name of an account that is let in again with a made password. */
  recoverUser?: string
  /** Signs people in by another system too. */
  oidc?: OidcOptions
  /** Where browsers reach this server, https://…, when that is not where it listens; the provider sends them back there. */
  publicUrl?: string
  /** The clock of sessions, waits and ages. Default: the database's. */
  now?: () => Date
  /** Speaks TLS with this certificate; absent: plain HTTP. */
  certificate?: CertificateFiles
  /** Addresses or networks (CIDR) of proxies whose X-Forwarded-For, -Proto and -Host are believed. Default: nobody's. */
  trustedProxies?: readonly string[]
  /** Multiplies the limits of api/hardening/requestLimits.ts; 0: no limits. Default 1. */
  limitFactor?: number
  /** How long a stream opened for a purpose lasts, milliseconds. Default: as long as a purpose holds. */
  purposeMs?: number
}

export interface RunningServer {
  url: string
  /** Open live streams. */
  readonly liveClients: number
  /** Finishes what is being answered, within seconds, then stops. Leaves the database open. */
  close(): Promise<void>
  /** Reads the certificate's files again; connections made from now on see the new one. @throws StartError, and keeps the old one. */
  renewCertificate(): void
  /** The admin's password where this start made it; shown once, stored nowhere. */
  firstPassword?: string
  /** Demo accounts this start made, with their passwords; the same. */
  demoAccounts: MadeAccount[]
  /** The account that was let in again, with its password; the same. */
  recovered: MadeAccount | undefined
}

const BODY_LIMIT = 1024 * 1024
/** How long what is being answered may take once the server stops. */
const CLOSING_PATIENCE_MS = 5000
const MOST_PROCEDURES_A_REQUEST = 50

function refuseUnknown(request: FastifyRequest, reply: FastifyReply) {
  return reply
    .code(404)
    .send(refusal('NOT_FOUND', 404, `There is nothing at ${request.method} ${request.url.split('?')[0]}.`))
}

/** Turns away what names no host: URLs are built from it further in, and building them would fail. */
function requireHost(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    const { host = '' } = request.headers
    if (/^[^\s@/?#\\]+$/.test(host) && URL.canParse(`http://${host}`)) return
    return reply.code(400).send(refusal('BAD_REQUEST', 400, 'Expected a Host header that names this server.'))
  })
}

/** Deny by default: a route answers without a session only where it says so itself. */
function requireSession(app: FastifyInstance, viewers: Viewers): void {
  app.decorateRequest('viewer', null)
  app.addHook('onRequest', async (request, reply) => {
    const { open } = request.routeOptions.config
    if (open === 'always' || (open === 'pages' && !isApiPath(request.url))) return
    const known = await viewers.of(request.headers.cookie)
    if (known === null) {
      return reply.code(401).send(refusal('UNAUTHORIZED', 401, 'Sign in first: this needs a session.'))
    }
    const purpose = purposeOf(request.headers[PURPOSE_HEADER])
    if (purpose === undefined) {
      const message = `Expected the header ${PURPOSE_HEADER} to be one of ${PURPOSES.join(', ')}.`
      return reply.code(400).send(refusal('BAD_REQUEST', 400, message))
    }
    request.viewer = { ...known, purpose, address: request.ip }
    // Procedures say themselves which of them are answered while a password or a second factor is still to be set.
    if (blockOf(known) === null || request.url.startsWith('/trpc/')) return
    return reply
      .code(403)
      .send(refusal('FORBIDDEN', 403, 'Change the password or set up the second factor first.'))
  })
}

/** What a request says it is for: null when it does not, undefined when it says what there is not. */
function purposeOf(header: string | string[] | undefined): Purpose | null | undefined {
  if (header === undefined) return null
  return typeof header === 'string' && isPurpose(header) ? header : undefined
}

function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500
    reply.header('cache-control', 'no-store')
    if (status === 404) return refuseUnknown(request, reply)
    if (status < 500) return reply.code(status).send(refusal('BAD_REQUEST', status, error.message))
    console.error(`${request.method} ${request.url.split('?')[0]} failed:`, error)
    return reply
      .code(500)
      .send(
        refusal('INTERNAL_SERVER_ERROR', 500, 'Something went wrong on the server; its log has the details.'),
      )
  })
  app.setNotFoundHandler(refuseUnknown)
}

function serveHealth(app: FastifyInstance, database: Database, clock: DatabaseClock): void {
  app.get('/healthz', { config: { open: 'always' } }, async (_request, reply) => {
    reply.header('cache-control', 'no-store')
    try {
      const areas = await countAreas(database)
      const ahead = clock.offByS
      return {
        status: 'ok',
        database: database.kind,
        areas,
        ...(ahead !== null && { clockAheadS: ahead }),
      }
    } catch (error) {
      console.error('the database does not answer:', error)
      return reply.code(503).send({ status: 'unavailable', database: database.kind })
    }
  })
}

function serveAuth(app: FastifyInstance, auth: Auth, viewers: Viewers): void {
  app.route<{ Params: { '*': string } }>({
    method: ['GET', 'POST'],
    url: '/api/auth/*',
    config: { open: 'always' },
    // Fastify's own HEAD cannot take the length of a Response.
    exposeHeadRoute: false,
    async handler(request, reply) {
      if (!AUTH_PATHS.has(`/${request.params['*']}`)) return refuseUnknown(request, reply)
      const answer = await forwardToAuth(auth, request)
      if (request.method === 'POST') viewers.forget()
      return reply.send(answer)
    },
  })
}

async function serveProcedures(
  app: FastifyInstance,
  {
    database,
    cubes,
    bundles,
    auditKeeper,
    ingest,
    hub,
    clock,
    limitFactor,
    purposeMs,
    now,
  }: {
    database: Database
    cubes: Cubes
    bundles: Bundles
    auditKeeper: AuditKeeper
    ingest: Ingest
    hub: LiveHub
    clock: DatabaseClock
    limitFactor: number
    purposeMs: number
    now: () => Date
  },
) {
  const contextOf = ({ viewer }: FastifyRequest): Context => ({
    database,
    cubes,
    auditKeeper,
    now,
    clockOffByS: () => clock.offByS,
    viewer,
    secretOf: ingest.secretOf,
    bundleUrls: bundles.urls,
  })
  await app.register(async (scope) => {
    sendWhole(scope)
    serveStream(scope, { hub, contextOf, limitFactor, purposeMs })
    answerDirectly(scope, { contextOf, most: MOST_PROCEDURES_A_REQUEST })
    await scope.register(fastifyTRPCPlugin, {
      prefix: '/trpc',
      trpcOptions: {
        router: appRouter,
        maxBatchSize: MOST_PROCEDURES_A_REQUEST,
        createContext: ({ req }): Context => contextOf(req),
        onError({ error, path }) {
          if (error.code === 'INTERNAL_SERVER_ERROR')
            console.error(`${path ?? 'tRPC'} failed:`, error.cause ?? error)
        },
      } satisfies FastifyTRPCPluginOptions<AppRouter>['trpcOptions'],
    })
  })
}

/** What may be made of an answer: pages name their own nonce (webShell.ts), data are no page. */
function sendPolicies(app: FastifyInstance): void {
  const forPages = pagePolicy()
  app.addHook('onRequest', async (request, reply) => {
    reply
      .header('content-security-policy', isApiPath(request.url) ? DATA_POLICY : forPages)
      .header('permissions-policy', PERMISSIONS_POLICY)
  })
}

/** Builds the server without listening. */
async function buildServer(
  options: ServerOptions & { now: () => Date },
  auth: Auth,
  {
    viewers,
    cubes,
    bundles,
    auditKeeper,
    ingest,
    hub,
    clock,
  }: {
    viewers: Viewers
    cubes: Cubes
    bundles: Bundles
    auditKeeper: AuditKeeper
    ingest: Ingest
    hub: LiveHub
    clock: DatabaseClock
  },
  { certificate, listeners }: { certificate?: Certificate; listeners: Set<Server> },
): Promise<FastifyInstance> {
  const { trustedProxies = [], limitFactor = 1 } = options
  const app = fastify({
    serverFactory: (handler) => {
      const server = createHttpServer(handler, certificate)
      listeners.add(server)
      return server
    },
    clientErrorHandler: refuseUnreadable,
    frameworkErrors: refuseAddress,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    bodyLimit: BODY_LIMIT,
    // Batches join the names of their procedures into one path parameter.
    routerOptions: { maxParamLength: 5000 },
    forceCloseConnections: 'idle',
    logger: false,
  })
  answerErrors(app)
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: false,
    // Only where TLS is spoken: hardening/secureTransport.ts.
    strictTransportSecurity: false,
    originAgentCluster: false,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  })
  await app.register(fastifyCompress, {
    globalDecompression: false,
    encodings: ['br', 'gzip'],
    // Flushed after each piece, so that a streamed batch arrives as its answers are ready.
    brotliOptions: {
      flush: constants.BROTLI_OPERATION_FLUSH,
      params: { [constants.BROTLI_PARAM_QUALITY]: 5 },
    },
    zlibOptions: { flush: constants.Z_SYNC_FLUSH },
  })
  sendPolicies(app)
  secureTransport(app)
  requireHost(app)
  checkRequests(app)
  requireSameOrigin(app)
  limitRequests(app, { factor: limitFactor, accountOf: (cookie) => viewers.of(cookie) })
  requireSession(app, viewers)
  serveHealth(app, options.database, clock)
  serveAuth(app, auth, viewers)
  serveKiosks(app, { auth, viewers })
  serveOffers(app, options)
  await serveProcedures(app, {
    database: options.database,
    cubes,
    bundles,
    auditKeeper,
    ingest,
    hub,
    clock,
    limitFactor,
    purposeMs: options.purposeMs ?? PURPOSE_MS,
    now: options.now,
  })
  serveBundles(app, options.database, { bundles, now: options.now })
  await serveIngest(app, { database: options.database, ingest })
  await serveWebShell(app, options.webDir)
  return app
}

/** What the first page will ask for, made while somebody is still signing in; whoever is faster waits for it or does without. */
async function prepare(
  { database, webDir }: ServerOptions,
  { cubes, bundles }: { cubes: Cubes; bundles: Bundles },
): Promise<void> {
  try {
    const cities = await listCities(database)
    for (const city of cities) await cubes.of(city.code)
    for (const city of cities) await bundles.prepare(city.code)
    await compressWebShell(webDir)
  } catch (error) {
    console.error('could not prepare what the first page asks for:', error)
  }
}

/** @throws StartError when the port is taken or the address is not this machine's. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { database, host, port, dataDir } = options
  const certificate = options.certificate && readCertificate(options.certificate)
  const listeners = new Set<Server>()
  const origin = `${certificate ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}`
  const clock = await DatabaseClock.start(database)
  const { now = clock.now, oidc } = options
  const secret = await sessionSecret(dataDir)
  const auth = createAuth(database, {
    secret,
    origin: options.publicUrl ?? `${origin}:${port}`,
    oidc,
    now,
  })
  const { firstPassword, demoAccounts, recovered } = await ensureAccounts(database, options)
  const viewers = await Viewers.start(database, [(cookie) => accountOf({ auth, database, now }, cookie)], now)
  const catalog = await keepCatalog(database)
  const cubes = await Cubes.start(database, catalog)
  const bundles = await createBundles({ database, dataDir, countsOf: (city) => cubes.of(city) })
  const auditKeeper = await keepAudit(database, { dataDir })
  if (options.demo) await ensureDemoSources(database, dataDir)
  const ingest = await startIngest(database, { secret, limitFactor: options.limitFactor, now })
  const hub = await LiveHub.start(database, {
    viewers,
    feedsOf: (city, moment) => feedsOf(database, city, moment),
    now,
  })
  const closeKept = async () => {
    await hub.close()
    await ingest.close()
    await viewers.close()
    await cubes.close()
    await catalog.close()
    await bundles.close()
    await auditKeeper.stop()
    await clock.stop()
  }
  const app = await buildServer(
    { ...options, now },
    auth,
    { viewers, cubes, bundles, auditKeeper, ingest, hub, clock },
    { certificate, listeners },
  )
  try {
    await app.listen({ host, port })
  } catch (error) {
    await app.close()
    await closeKept()
    throw listenFailure(error, host, port)
  }
  await insertAudit(database, systemActor('server'), { action: 'server.start' })
  const keeper = keepFolded(database)
  const sessionKeeper = keepSessions(database, now)
  const tracks = keepTracks(database, async (tx, rows) => {
    await insertAudit(tx, systemActor('server'), { action: 'tracks.sumUp', rows })
  })
  const fenceKeeper = keepFences(database, now)
  const reach = await keepReach(database, now)
  const preparing = prepare(options, { cubes, bundles })
  const { port: listening } = app.server.address() as AddressInfo
  return {
    url: `${origin}:${listening}`,
    get liveClients() {
      return hub.clientCount
    },
    async close() {
      // Streams would keep it open for ever; their clients come back to another server, or to this one when it is back.
      hub.endStreams()
      // A connection that never asked anything, as browsers open them in advance, is not idle to Node.
      const cutting = setTimeout(() => {
        for (const server of listeners) server.closeAllConnections()
      }, CLOSING_PATIENCE_MS)
      await app.close()
      clearTimeout(cutting)
      await preparing
      await keeper.stop()
      await sessionKeeper.stop()
      await tracks.stop()
      await fenceKeeper.stop()
      await reach.stop()
      await insertAudit(database, systemActor('server'), { action: 'server.stop' })
      await closeKept()
    },
    renewCertificate() {
      if (!options.certificate) return
      const renewed = secureContext(readCertificate(options.certificate))
      for (const server of listeners) if (server instanceof TlsServer) server.setSecureContext(renewed)
    },
    firstPassword,
    demoAccounts,
    recovered,
  }
}

function listenFailure(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'EADDRINUSE':
      return new StartError(
        `${host} 的端口 ${port} 已被占用：请用 PORT 另选一个，或停止占用它的程序。`,
        `Port ${port} on ${host} is in use: choose another with PORT, or stop the program that has it.`,
        { cause: error },
      )
    case 'EACCES':
      return new StartError(
        `没有权限使用端口 ${port}：请用 PORT 选择 1024 以上的端口。`,
        `Port ${port} may not be used by this account: choose one from 1024 with PORT.`,
        { cause: error },
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartError(
        `HOST=${host} 不是本机地址：本机使用 127.0.0.1，所有网卡使用 0.0.0.0。`,
        `HOST=${host} is no address of this machine: take 127.0.0.1 for this machine alone or 0.0.0.0 for all its networks.`,
        { cause: error },
      )
    default:
      return error
  }
}
