import { readFileSync } from 'node:fs'
import type { Database } from '../../../db/client.ts'

/**
 * Milliseconds that processors have worked for this process and, with PostgreSQL on this machine, for its sessions that
 * are open now: ask after whatever opens sessions. Without a database of its own beside it (PGlite) the process is all.
 * @throws where the server's processes cannot be seen from here.
 */
export async function workClock(database: Database): Promise<() => number> {
  const own = () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  }
  if (database.kind === 'pglite') return own
  const sessions = await database.query<{ pid: number }>(
    'SELECT pid FROM pg_stat_activity WHERE datname = current_database()',
  )
  // Nanoseconds on a processor, since the process began.
  const worked = (pid: number) => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
  return () => own() + sessions.reduce((sum, { pid }) => sum + worked(pid), 0)
}
