import { Agent, type IncomingHttpHeaders, request } from 'node:http'

// A process of its own that asks as fast as it is answered, so that its CPU time is not the server's.
// Receives {urls, headers, clients, seconds}, answers {requests, bytes}; bytes are those on the wire, compressed or not.

export interface Load {
  /** Asked one after the other by every client, from the beginning again at their end. */
  urls: string[]
  headers: Record<string, string>
  clients: number
  seconds: number
}

export interface LoadReport {
  requests: number
  bytes: number
  seconds: number
}

function ask(url: string, headers: IncomingHttpHeaders, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { agent, headers }, (response) => {
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      response.on('end', () =>
        response.statusCode === 200
          ? resolve(bytes)
          : reject(new Error(`${url}: status ${response.statusCode}`)),
      )
      response.on('error', reject)
    })
      .on('error', reject)
      .end()
  })
}

async function run({ urls, headers, clients, seconds }: Load): Promise<LoadReport> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  const startedAt = performance.now()
  const endsAt = startedAt + seconds * 1000
  let requests = 0
  let bytes = 0
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() < endsAt) {
        const answer = await ask(urls[requests++ % urls.length], headers, agent)
        bytes += answer
      }
    }),
  )
  agent.destroy()
  return { requests, bytes, seconds: (performance.now() - startedAt) / 1000 }
}

process.on('message', (load: Load) => {
  run(load).then(
    (report) => process.send?.(report),
    (error) => {
      console.error(error)
      process.exit(1)
    },
  )
})
