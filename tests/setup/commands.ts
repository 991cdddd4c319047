import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where a command lies on this machine, or undefined. */
export function findCommand(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin']
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}
