import type { TestProject } from 'vitest/node'
import { findPostgres, startPostgres } from './postgresServer.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the tests' PostgreSQL as superuser; null when there is none. */
    postgresUrl: string | null
  }
}

/** One PostgreSQL for the whole run. Without one the PostgreSQL half of the suites is skipped, but never in CI. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const bin = findPostgres()
  if (!bin) {
    const reason =
      'no PostgreSQL ≥ 15 with PostGIS under /usr/lib/postgresql (Debian: apt-get install postgresql-15-postgis-3)'
    if (process.env.CI) throw new Error(`In CI the tests need PostgreSQL: ${reason}.`)
    console.log(`PostgreSQL tests are skipped: ${reason}`)
    project.provide('postgresUrl', null)
    return undefined
  }
  const server = await startPostgres(bin)
  project.provide('postgresUrl', server.url)
  return () => server.stop()
}
