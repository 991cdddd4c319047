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
  close(): Promise<void>
}

export async function startCuttingProxy(target: { host?: string; port: number }): Promise<CuttingProxy> {
  const sockets = new Set<Socket>()
  let broken = false
  const server = createServer((incoming) => {
    if (broken) {
      incoming.destroy()
      return
    }
    const outgoing = connect(target.port, target.host ?? '127.0.0.1')
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
    async close() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
