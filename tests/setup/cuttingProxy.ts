import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** Stands between two programs as the network does, and can fail as it does. */
export interface CuttingProxy {
  port: number
  /** Breaks every connection, in the middle of whatever is being said. */
  cut(): void
  /** Breaks every connection and takes no new one, until `mend`. */
  break(): void
  mend(): void
  /** Leads everybody who comes from now on to another port. */
  lead(port: number): void
  close(): Promise<void>
}

export async function startCuttingProxy(target: { host?: string; port: number }): Promise<CuttingProxy> {
  let { port } = target
  const sockets = new Set<Socket>()
  let broken = false
  const server = createServer((incoming) => {
    if (broken) {
      incoming.destroy()
      return
    }
    const outgoing = connect(port, target.host ?? '127.0.0.1')
    for (const [from, to] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(from)
      from.pipe(to)
      // Whatever happens to one side happens to the other.
      from.on('error', () => to.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('Expected a port.')
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    port: address.port,
    cut,
    break() {
      broken = true
      cut()
    },
    mend() {
      broken = false
    },
    lead(to) {
      port = to
    },
    async close() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
