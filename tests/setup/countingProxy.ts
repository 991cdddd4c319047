import { once } from 'node:events'
import { createServer, request } from 'node:http'

/** Stands before a server and counts what comes through, so that a tool that says it found nothing has to have asked. */
export interface CountingProxy {
  url: string
  /** How many requests were answered with this status. */
  answers: ReadonlyMap<number, number>
  /** Requests that failed on the server, as `METHOD path`. */
  failures: readonly string[]
  total(): number
  close(): Promise<void>
}

export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(target)
  const answers = new Map<number, number>()
  const failures: string[] = []
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming
    const forwarded = request({ hostname, port, method, path: url, headers }, (answer) => {
      const status = answer.statusCode ?? 0
      answers.set(status, (answers.get(status) ?? 0) + 1)
      if (status >= 500) failures.push(`${method} ${url}`)
      outgoing.writeHead(status, answer.headers)
      answer.pipe(outgoing)
    })
    // What the server does not read to its end (a path no client library would send) ends here too.
    forwarded.on('error', () => outgoing.destroy())
    incoming.pipe(forwarded)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('Expected a port.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    answers,
    failures,
    total: () => [...answers.values()].reduce((sum, count) => sum + count, 0),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
