/** A lock that the kernel holds for this process and takes back when the process ends, kill -9 included. */
export interface FileLock {
  release(): void
}

async function openSqlite(path: string) {
  // node:sqlite announces itself as experimental on stderr; nothing here depends on the parts that may change.
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    const { DatabaseSync } = await import('node:sqlite')
    return new DatabaseSync(path, { timeout: 0 })
  } finally {
    process.emitWarning = emitWarning
  }
}

/**
 * Takes the lock at a path, or answers undefined when somebody holds it, this process included.
 * Node has no file locks of its own; an open exclusive transaction on a SQLite file is one.
 */
export async function tryFileLock(path: string): Promise<FileLock | undefined> {
  const database = await openSqlite(path)
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (error instanceof Error && /locked|busy/i.test(error.message)) return undefined
    throw error
  }
  return {
    release() {
      database.exec('ROLLBACK')
      database.close()
    },
  }
}
