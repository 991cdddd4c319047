import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { repositoryRoot } from '../environment.ts'

// Cold: no data directory, nothing cached, no built web part, as on a fresh clone after npm ci. Warm: everything there.

/** CPU seconds of an ended process and its ended children, from /proc. @returns undefined where there is no /proc. */
function cpuSeconds(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // utime, stime, cutime, cstime: fields 14 to 17 of proc(5), in hundredths of a second
    return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) / 100
  } catch {
    return undefined
  }
}

async function start(
  env: Record<string, string>,
): Promise<{ wallSeconds: number; cpuSeconds: number | undefined }> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [join(repositoryRoot, 'scripts', 'start.ts')], {
    cwd: repositoryRoot,
    env: { ...process.env, ...env, PORT: '0', DATABASE_URL: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('ready ')) continue
    const wallSeconds = (performance.now() - startedAt) / 1000
    const cpu = child.pid === undefined ? undefined : cpuSeconds(child.pid)
    child.kill('SIGTERM')
    await ended
    return { wallSeconds: Math.round(wallSeconds * 100) / 100, cpuSeconds: cpu }
  }
  throw new Error(`npm start ended with exit code ${child.exitCode} before it was ready.`)
}

const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version }
const dir = mkdtempSync(join(tmpdir(), 'gridwall-startup-'))
const fresh = {
  DATA_DIR: join(dir, 'data'),
  GRIDWALL_CACHE_DIR: join(dir, 'cache'),
  GRIDWALL_WEB_DIR: join(dir, 'web'),
}
try {
  console.log(JSON.stringify({ bench: 'startup', start: 'cold', ...(await start(fresh)), ...machine }))
  for (const round of [1, 2, 3]) {
    console.log(
      JSON.stringify({ bench: 'startup', start: 'warm', round, ...(await start(fresh)), ...machine }),
    )
  }
} finally {
  rmSync(dir, { recursive: true, force: true })
}
