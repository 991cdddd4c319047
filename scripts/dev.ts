import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { runCommand } from './command.ts'
import { readEnvironment, repositoryRoot } from './environment.ts'

/**
 * The server under `node --watch` and Vite's development server before it: open the address Vite prints.
 * Both end together.
 */
async function main(): Promise<void> {
  const { host, port } = readEnvironment()
  const vite = join(repositoryRoot, 'node_modules', 'vite', 'bin', 'vite.js')
  const commands = [
    ['--watch', '--watch-preserve-output', join(repositoryRoot, 'scripts', 'start.ts'), '--without-web'],
    [vite, '--config', join(repositoryRoot, 'web', 'vite.config.ts')],
  ]
  const env = { ...process.env, GRIDWALL_API: `http://${host}:${port}` }
  const children = commands.map((args) =>
    spawn(process.execPath, args, { cwd: repositoryRoot, stdio: 'inherit', env }),
  )
  const stop = () => {
    for (const child of children) child.kill('SIGTERM')
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  const codes = await Promise.all(
    children.map(
      (child) =>
        new Promise<number>((resolve) =>
          child.once('exit', (code, signal) => {
            stop()
            resolve(signal ? 0 : (code ?? 0))
          }),
        ),
    ),
  )
  process.exitCode = Math.max(...codes)
}

await runCommand(main)
