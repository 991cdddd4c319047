import { type Bundles, createBundles } from '../../api/bundles.ts'
import type { Viewer } from '../../api/context.ts'
import { createCaller } from '../../api/router.ts'
import type { Ground } from '../../geodata/city.ts'
import type { Things } from '../../geodata/things.ts'
import { writeToyCity } from '../factories/toyCity.ts'
import { type DatabaseKind, openTestDatabase, type TestDatabase } from '../setup/database.ts'

export const VIEWER: Viewer = { userId: 'test', userName: 'test', sessionId: 'test' }

export interface TestApi {
  database: TestDatabase
  bundles: Bundles
  ground: Ground
  things: Things
  /** Procedures as a signed-in person calls them. */
  caller: ReturnType<typeof createCaller>
  /** Procedures as a stranger calls them. */
  stranger: ReturnType<typeof createCaller>
  close(): Promise<void>
}

/** The toy city in a database of its own and the procedures over it, without HTTP. */
export async function openTestApi(kind: DatabaseKind): Promise<TestApi> {
  const database = await openTestDatabase({ kind })
  const { ground, things } = await writeToyCity(database)
  const bundles = await createBundles({ database, dataDir: database.dataDir })
  const context = { database, bundleUrls: bundles.urls }
  return {
    database,
    bundles,
    ground,
    things,
    caller: createCaller({ ...context, viewer: VIEWER }),
    stranger: createCaller({ ...context, viewer: null }),
    async close() {
      await bundles.close()
      await database.close()
    },
  }
}
