import type { Grant } from '../../api/access.ts'
import { type Bundles, createBundles } from '../../api/bundles.ts'
import type { Context, Viewer } from '../../api/context.ts'
import { createCaller } from '../../api/router.ts'
import type { Ground } from '../../geodata/city.ts'
import type { Things } from '../../geodata/things.ts'
import { createPerson, createWholeCityViewer, type PersonOptions } from '../factories/people.ts'
import { createToyCity } from '../factories/toyCity.ts'
import { type DatabaseKind, openTestDatabase, type TestDatabase } from '../setup/database.ts'

export type Caller = ReturnType<typeof createCaller>

export interface TestApi {
  database: TestDatabase
  bundles: Bundles
  ground: Ground
  things: Things
  /** Somebody with every right to data in every city, without a purpose. */
  viewer: Viewer
  /** Procedures as they call them. */
  caller: Caller
  /** Procedures as a stranger calls them. */
  stranger: Caller
  /** What a procedure needs besides a viewer. */
  context: Omit<Context, 'viewer'>
  /** Procedures as a viewer calls them. */
  as(viewer: Viewer): Caller
  /** A new account with these grants, and the procedures as it calls them. */
  person(grants: readonly Grant[], options?: PersonOptions): Promise<{ viewer: Viewer; caller: Caller }>
  close(): Promise<void>
}

/** The toy city in a database of its own and the procedures over it, without HTTP. */
export async function openTestApi(kind: DatabaseKind): Promise<TestApi> {
  const database = await openTestDatabase({ kind, toy: true })
  const { ground, things } = createToyCity()
  const bundles = await createBundles({ database, dataDir: database.dataDir })
  const context = { database, bundleUrls: bundles.urls }
  const as = (viewer: Viewer | null) => createCaller({ ...context, viewer })
  const viewer = await createWholeCityViewer(database)
  return {
    database,
    bundles,
    ground,
    things,
    viewer,
    caller: as(viewer),
    stranger: as(null),
    context,
    as,
    async person(grants, options) {
      const made = await createPerson(database, grants, options)
      return { viewer: made, caller: as(made) }
    },
    async close() {
      await bundles.close()
      await database.close()
    },
  }
}
