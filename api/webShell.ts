import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { brotli, writeWhole } from './brotli.ts'
import { NONCE_PLACEHOLDER, newNonce, pagePolicy } from './hardening/contentSecurity.ts'

/** First parts of paths that belong to the API: they need a session, and what is unknown there answers in JSON. */
const API_PATHS = new Set(['api', 'trpc', 'bundles', 'tiles', 'ogc', 'ingest', 'metrics', 'healthz'])

/** True where a path (with or without a query) belongs to the API rather than to the pages. */
export function isApiPath(url: string): boolean {
  const [, first = ''] = url.split(/[/?#]/, 2)
  return API_PATHS.has(first.toLowerCase())
}

const PAGE_NAME = /^[\w/-]*$/

/** Pages have no dot in their last part (`wall`, `brief/530681`); files do, and nothing under assets/ is a page. */
function isPage(path: string): boolean {
  return !path.startsWith('assets/') && !path.slice(path.lastIndexOf('/') + 1).includes('.')
}

/** The page with a nonce of its own, so it is sent whole each time: an older one in a cache would not fit its policy. */
async function sendIndex(reply: FastifyReply, webDir: string) {
  const path = join(webDir, 'index.html')
  if (!existsSync(path)) {
    return reply
      .code(503)
      .type('text/plain; charset=utf-8')
      .send('The web part is not built yet: run `npm run build`.\n')
  }
  const nonce = newNonce()
  const page = (await readFile(path, 'utf8')).replaceAll(NONCE_PLACEHOLDER, nonce)
  return reply
    .header('content-security-policy', pagePolicy(nonce))
    .header('cache-control', 'no-cache')
    .type('text/html; charset=utf-8')
    .send(page)
}

/**
 * Serves the built pages: files as they are (compressed beforehand where a .br or .gz lies beside them), every page
 * path as index.html. Files under /assets/ carry a hash in their name and never change; all else is asked for anew.
 */
export async function serveWebShell(app: FastifyInstance, webDir: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: webDir,
    serve: false,
    preCompressed: true,
    dotfiles: 'deny',
    cacheControl: false,
    setHeaders(reply, path) {
      const unchanging = path.startsWith(join(webDir, 'assets'))
      reply.header('cache-control', unchanging ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  app.get<{ Params: { '*': string } }>('/*', { config: { open: 'pages' } }, (request, reply) => {
    const path = request.params['*']
    if (isApiPath(request.url)) return reply.callNotFound()
    // What no page of ours is called gets the page that says so, and is told apart from those that are there.
    if (path === '' || isPage(path)) return sendIndex(reply.code(PAGE_NAME.test(path) ? 200 : 404), webDir)
    return reply.sendFile(path)
  })
}

/** Formats that are not compressed already. */
const COMPRESSIBLE = /\.(js|mjs|css|html|svg|json|wasm|txt)$/
const QUALITY = 9

/** Puts a .br beside each hashed file that has none, so that no request pays for compressing it. */
export async function compressWebShell(webDir: string): Promise<void> {
  const assetsDir = join(webDir, 'assets')
  if (!existsSync(assetsDir)) return
  for (const name of await readdir(assetsDir)) {
    const path = join(assetsDir, name)
    if (!COMPRESSIBLE.test(name) || existsSync(`${path}.br`)) continue
    await writeWhole(`${path}.br`, await brotli(await readFile(path), QUALITY))
  }
}
