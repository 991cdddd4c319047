import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { repositoryRoot } from '../../scripts/environment.ts'

/** A command of the repository run as a process of its own, with what it has said so far. */
export interface RunningCommand {
  child: ChildProcess
  stdout(): string
  stderr(): string
  /** Fulfils when either output matches; throws when the process ends before. */
  says(pattern: RegExp): Promise<void>
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/** Settings of a process whose clock is wrong by so many seconds, and by others from a SIGUSR2 on. */
export function wrongClock(offS: number, jumpsToS: number = offS): Record<string, string> {
  return {
    NODE_OPTIONS: `--import ${join(repositoryRoot, 'tests/setup/wrongClock.ts')}`,
    CLOCK_OFF_S: String(offS),
    CLOCK_JUMPS_TO_S: String(jumpsToS),
  }
}

/** @param script path below the repository's root. @param env replaces what the tests' own environment says. */
export function runScript(script: string, args: string[], env: Record<string, string>): RunningCommand {
  const child = spawn(process.execPath, [join(repositoryRoot, script), ...args], {
    cwd: repositoryRoot,
    env: { ...process.env, DATABASE_URL: '', HOST: '127.0.0.1', GRIDWALL_ADMIN_PASSWORD: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  const waiting = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
      for (const look of waiting) look()
    })
  }
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  )
  return {
    child,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    ended,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!pattern.test(output.stdout) && !pattern.test(output.stderr)) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
        ended.then(({ code, signal }) => {
          if (waiting.delete(look)) {
            reject(
              new Error(`${script} ended (${signal ?? code}) without saying ${pattern}:\n${output.stderr}`),
            )
          }
        })
      }),
  }
}
