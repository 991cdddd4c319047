import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { StartError } from '../db/startError.ts'
import { runCommand } from './command.ts'

const folder = join(import.meta.dirname, 'bench')

/**
 * `npm run -s bench -- <name> [--data DIR]` runs scripts/bench/<name>.ts with the rest of the arguments.
 * A benchmark writes one JSON object a line on stdout and nothing else; what it has to say besides goes to stderr.
 */
await runCommand(async () => {
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
  const name = process.argv[2] ?? ''
  if (!names.includes(name)) {
    throw new StartError(
      `用法：npm run -s bench -- <${names.join('|')}>；没有名为“${name}”的测试。`,
      `usage: npm run -s bench -- <${names.join('|')}>; there is no benchmark named "${name}".`,
    )
  }
  const path = join(folder, `${name}.ts`)
  // The benchmark sees the arguments as if it had been called by itself.
  process.argv.splice(1, 2, path)
  await import(path)
})
