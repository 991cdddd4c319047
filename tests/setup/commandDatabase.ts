import { type Database, openDatabase } from '../../db/client.ts'
import { createPostgresDatabase, type DatabaseKind } from './database.ts'
import { type RunningCommand, runScript } from './process.ts'
import { temporaryDir } from './temporaryDir.ts'

/** A database for the tests of a command, which opens it by itself. */
export interface CommandDatabase {
  dir: string
  /** The embedded database is one process's at a time: opened between the commands. */
  inDatabase<T>(work: (db: Database) => Promise<T>): Promise<T>
  start(...args: string[]): RunningCommand
  /** Runs the command to its end; `answer` is the last line of its stdout, JSON, or null. */
  run(...args: string[]): Promise<CommandEnd>
  remove(): Promise<void>
}

export interface CommandEnd {
  code: number | null
  lines: string[]
  // What a command answers is its own.
  answer: ReturnType<typeof JSON.parse>
  stderr: string
}

/** @param script Such as 'scripts/cube.ts'. */
export async function createCommandDatabase(kind: DatabaseKind, script: string): Promise<CommandDatabase> {
  const dir = temporaryDir('command')
  const postgres = kind === 'postgres' ? await createPostgresDatabase() : undefined
  const start = (...args: string[]) =>
    runScript(script, args, { DATA_DIR: dir.path, DATABASE_URL: postgres?.url ?? '' })
  return {
    dir: dir.path,
    async inDatabase(work) {
      const db = await openDatabase({
        databaseUrl: postgres?.url,
        dataDir: dir.path,
        holder: { task: 'test' },
      })
      try {
        return await work(db)
      } finally {
        await db.close()
      }
    },
    start,
    async run(...args) {
      const command = start(...args)
      const { code } = await command.ended
      const lines = command.stdout().trim().split('\n')
      return { code, lines, answer: JSON.parse(lines.at(-1) || 'null'), stderr: command.stderr() }
    },
    async remove() {
      await postgres?.drop()
      dir.remove()
    },
  }
}
