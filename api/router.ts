import { aggregates } from './routers/aggregates.ts'
import { alerts } from './routers/alerts.ts'
import { areas } from './routers/areas.ts'
import { audit } from './routers/audit.ts'
import { cameras } from './routers/cameras.ts'
import { cities } from './routers/cities.ts'
import { devices } from './routers/devices.ts'
import { dispatch } from './routers/dispatch.ts'
import { disputes } from './routers/disputes.ts'
import { drills } from './routers/drills.ts'
import { duties } from './routers/duties.ts'
import { exports } from './routers/exports.ts'
import { facts } from './routers/facts.ts'
import { fences } from './routers/fences.ts'
import { grants } from './routers/grants.ts'
import { incidents } from './routers/incidents.ts'
import { kiosks } from './routers/kiosks.ts'
import { live } from './routers/live.ts'
import { operations } from './routers/operations.ts'
import { patrols } from './routers/patrols.ts'
import { people } from './routers/people.ts'
import { places } from './routers/places.ts'
import { replay } from './routers/replay.ts'
import { rules } from './routers/rules.ts'
import { session } from './routers/session.ts'
import { sessions } from './routers/sessions.ts'
import { sources } from './routers/sources.ts'
import { createCallerFactory, knowInputs, router } from './trpc.ts'

/** Everything the browser can ask. One router a noun. */
export const appRouter = router({
  cities,
  areas,
  aggregates,
  devices,
  disputes,
  dispatch,
  drills,
  duties,
  fences,
  alerts,
  incidents,
  cameras,
  patrols,
  places,
  facts,
  operations,
  session,
  audit,
  exports,
  grants,
  kiosks,
  live,
  people,
  replay,
  rules,
  sessions,
  sources,
})

knowInputs(appRouter._def.procedures)

export type AppRouter = typeof appRouter

/** Procedures as plain functions, for tests and for whoever runs in the same process. */
export const createCaller = createCallerFactory(appRouter)
