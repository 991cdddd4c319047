import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readPlanningCity } from '../api/planning/cityFromDatabase.ts'
import { planningCityOf } from '../api/planning/cityFromGround.ts'
import type { PlanningCity } from '../api/planning/cityInputs.ts'
import { openDatabase } from '../db/client.ts'
import { migrate } from '../db/migrate.ts'
import { pgliteDirName } from '../db/pglite.ts'
import { findCity, listCities } from '../db/queries/catalog.ts'
import { StartError } from '../db/startError.ts'
import { generateGround } from '../geodata/demo/ground.ts'
import { generateThings } from '../geodata/demo/things.ts'
import { cityNames, defaultCity, manifestOf } from './cityOptions.ts'
import { readEnvironment } from './environment.ts'

export type CitySource = 'database' | 'demo'

/** A city, or the codes of those the database has instead: none where there is no database. */
async function fromDatabase(name: string): Promise<PlanningCity | string[]> {
  const { databaseUrl, dataDir } = readEnvironment()
  if (!databaseUrl && !existsSync(join(dataDir, pgliteDirName))) return []
  const db = await openDatabase({ databaseUrl, dataDir, holder: { task: 'plan' } })
  try {
    await migrate(db)
    if (await findCity(db, name)) return await readPlanningCity(db, name)
    return (await listCities(db)).map(({ code }) => code)
  } finally {
    await db.close()
  }
}

/** A demo city straight from its generator. @param onProgress Share done. */
export function demoPlanningCity(
  code: string,
  onProgress: (share: number) => void = () => undefined,
): PlanningCity {
  const options = { ...defaultCity(), city: code }
  const ground = generateGround(manifestOf(code), {
    seed: options.seed,
    onProgress: (share) => onProgress(0.7 * share),
  })
  // The same hour for the same day, so that the same command gives the same plan all day long.
  const asOf = new Date(Math.floor(options.asOf / 86_400_000) * 86_400_000)
  const things = generateThings(ground, {
    seed: options.seed,
    incidents: options.incidents,
    asOf,
    onProgress: (share) => onProgress(0.7 + 0.3 * share),
  })
  return planningCityOf(ground, things, asOf.getTime())
}

/**
 * The city a plan is for.
 * @param source Where from; undefined: the database where that has it and is not in use, else the generator.
 * @throws StartError where neither has it, with the cities there are.
 */
export async function readPlanCity(
  name: string,
  source: CitySource | undefined,
  onProgress: (share: number) => void,
): Promise<{ city: PlanningCity; source: CitySource }> {
  if (source === 'demo') return { city: demoPlanningCity(name, onProgress), source }
  const isDemo = cityNames.includes(name)
  const found = await fromDatabase(name).catch((error: unknown) => {
    // A server holds the built-in database: the demo city can be made anew beside it.
    if (source === 'database' || !(error instanceof StartError) || !isDemo) throw error
    console.error(error.message)
    return []
  })
  if (!Array.isArray(found)) return { city: found, source: 'database' }
  if (source === undefined && isDemo) return { city: demoPlanningCity(name, onProgress), source: 'demo' }
  const zh =
    found.length > 0
      ? `库中有：${found.join('、')}`
      : '库中还没有城市，请先运行 npm start、npm run seed 或 npm run import'
  const en =
    found.length > 0
      ? `it has ${found.join(', ')}`
      : 'it has none yet: run npm start, npm run seed or npm run import first'
  throw new StartError(
    `数据库中没有城市“${name}”（${zh}）；可由生成器生成的演示城市：${cityNames.join('、')}。`,
    `The database has no city "${name}" (${en}); the generator can make ${cityNames.join(', ')}.`,
  )
}
