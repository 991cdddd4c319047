import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { extname, join } from 'node:path'
import type { CDPSession } from 'playwright-core'

// What benches that drive a page in Chromium without a GPU share.

export const chromiumFlags = [
  '--no-sandbox',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.png': 'image/png',
}

/** Serves the built page and the data on a free port. */
export function serve(
  files: ReadonlyMap<string, Uint8Array>,
  dir: string,
): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const name = path === '/' ? '/index.html' : path
    try {
      const body = files.get(name) ?? readFileSync(join(dir, name))
      response.writeHead(200, {
        'content-type': types[extname(name)] ?? 'application/octet-stream',
        // A page on its own has clocks of five microseconds instead of a hundred.
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      })
      response.end(body)
    } catch {
      response.writeHead(404)
      response.end()
    }
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (typeof address === 'object' && address) resolve({ server, url: `http://127.0.0.1:${address.port}` })
    })
  })
}

/** CPU milliseconds so far of this browser's drawing process; null where there is no /proc. */
export function drawCpu(mark: string): number | null {
  try {
    for (const pid of readdirSync('/proc')) {
      if (!/^\d+$/.test(pid) || !isDrawingProcess(pid, mark)) continue
      const fields = statFields(pid)
      // utime and stime of proc(5) in hundredths of a second.
      return 10 * (Number(fields[11]) + Number(fields[12]))
    }
  } catch {
    // The processes of a busy machine come and go while they are read; without /proc there are none.
  }
  return null
}

function statFields(pid: string): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function isDrawingProcess(pid: string, mark: string): boolean {
  if (!commandLine(pid).includes('--type=gpu-process')) return false
  for (let parent = statFields(pid)[1]; Number(parent) > 1; parent = statFields(parent)[1])
    if (commandLine(parent).includes(mark)) return true
  return false
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

export async function scriptSeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? 0
}
