import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { cacheDir } from '../db/cache.ts'
import { repositoryRoot } from './environment.ts'

const distDir = join(repositoryRoot, 'web', 'dist')
/** The built web part. The benchmark of starts has its own. */
export const webDir = process.env.GRIDWALL_WEB_DIR || distDir
const hashFile = join(webDir, 'sources.sha256')

function files(dir: string, skip: (path: string) => boolean): string[] {
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => !skip(join(dir, entry.name)))
    .flatMap((entry) => {
      const path = join(dir, entry.name)
      return entry.isDirectory() ? files(path, skip) : [path]
    })
    .sort()
}

/** SHA-256 over everything the web part is built from: its sources, the helpers of geodata it takes, the packages. */
export function webSourcesHash(): string {
  const hash = createHash('sha256')
  const sources = [
    ...files(join(repositoryRoot, 'web'), (path) => path === distDir),
    ...readdirSync(join(repositoryRoot, 'geodata'))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(repositoryRoot, 'geodata', name)),
    ...files(join(repositoryRoot, 'api'), (path) => /\.[^.]+$/.test(path) && !path.endsWith('.ts')),
    join(repositoryRoot, 'package-lock.json'),
  ]
  for (const path of sources) {
    hash.update(`${relative(repositoryRoot, path)}\0`)
    hash.update(readFileSync(path))
  }
  return hash.digest('hex')
}

export function webIsStale(): boolean {
  return !existsSync(hashFile) || readFileSync(hashFile, 'utf8') !== webSourcesHash()
}

/** Builds web/dist in a process of its own, beside its old self, and puts it in place when it is whole. */
export async function buildWeb(): Promise<void> {
  const hash = webSourcesHash()
  const unfinished = join(cacheDir, `web-${process.pid}`)
  const vite = join(repositoryRoot, 'node_modules', 'vite', 'bin', 'vite.js')
  const config = join(repositoryRoot, 'web', 'vite.config.ts')
  const child = spawn(
    process.execPath,
    [vite, 'build', '--config', config, '--outDir', unfinished, '--emptyOutDir', '--logLevel', 'warn'],
    { cwd: repositoryRoot, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const stopChild = () => child.kill()
  process.once('exit', stopChild)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
  const code = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject))
  process.off('exit', stopChild)
  if (code !== 0) throw new Error(`The web part could not be built:\n${output}`)
  writeFileSync(join(unfinished, 'sources.sha256'), hash)
  rmSync(webDir, { recursive: true, force: true })
  renameSync(unfinished, webDir)
}
