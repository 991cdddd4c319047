import { existsSync, readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Database } from '../../db/client.ts'
import { insertAudit, systemActor } from '../../db/queries/audit.ts'
import { hasToken, insertToken, revokeTokens } from '../../db/queries/ingestTokens.ts'
import { insertSource, type NewSource } from '../../db/queries/sources.ts'
import { newToken, tokenHash } from './tokens.ts'

/** Where `npm run simulate` finds what it sends with. */
export function simulationPath(dataDir: string): string {
  return join(dataDir, 'simulation.json')
}

const SIMULATION = z.object({
  city: z.string(),
  /** How the city was made: the same again makes the same units and patrol routes. */
  origin: z.record(z.string(), z.unknown()),
  tokens: z.object({ incidents: z.string(), positions: z.string(), duties: z.string() }),
})
export type Simulation = z.infer<typeof SIMULATION>

/** What an earlier start left there; null where there is nothing, or nothing that can be read. */
export function readSimulation(dataDir: string): Simulation | null {
  const path = simulationPath(dataDir)
  if (!existsSync(path)) return null
  try {
    return SIMULATION.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null
    throw error
  }
}

type Brings = keyof Simulation['tokens']

const DEMO_SOURCES: Record<
  Brings,
  Pick<NewSource, 'code' | 'name' | 'nameEn' | 'channel' | 'expectedEveryS'>
> = {
  incidents: {
    code: 'ingest:sim-110',
    name: '模拟110接处警',
    nameEn: 'Simulated 110 desk',
    channel: '110',
    expectedEveryS: 60,
  },
  positions: {
    code: 'ingest:sim-gps',
    name: '模拟车载定位',
    nameEn: 'Simulated vehicle positions',
    channel: 'unknown',
    expectedEveryS: 10,
  },
  duties: {
    code: 'ingest:sim-duty',
    name: '模拟勤务系统',
    nameEn: 'Simulated duty system',
    channel: 'unknown',
    expectedEveryS: null,
  },
}
/** A simulated city at sixty times its speed must pass. */
const RATE = 500

/**
 * Sources for a simulated city, and their tokens in DATA_DIR/simulation.json, which only the server's own user reads.
 * Tokens that still hold stay as they are.
 */
export async function ensureDemoSources(database: Database, dataDir: string): Promise<void> {
  const [city] = await database.query<{ code: string; origin: Record<string, unknown> }>(
    'SELECT code, origin FROM cities WHERE synthetic ORDER BY created_at, code LIMIT 1',
  )
  if (!city) return
  const known = readSimulation(dataDir)
  const simulation = await database.transaction(async (tx): Promise<Simulation> => {
    await tx.query("SELECT pg_advisory_xact_lock(hashtext('gridwall demo sources'))")
    const tokenOf = async (brings: Brings): Promise<string> => {
      const { code, ...rest } = DEMO_SOURCES[brings]
      const owner = { city: city.code, source: code }
      const old = known?.city === city.code ? known.tokens[brings] : undefined
      if (old !== undefined && (await hasToken(tx, owner, tokenHash(old)))) return old
      const made = await insertSource(tx, {
        city: city.code,
        code,
        kind: brings,
        ...rest,
        crs: 'EPSG:4326',
        defaultKind: null,
        ratePerSecond: RATE,
        synthetic: true,
        createdBy: null,
      })
      const token = newToken()
      await revokeTokens(tx, owner)
      await insertToken(tx, owner, { hash: tokenHash(token), keyName: null, createdBy: null })
      await insertAudit(tx, systemActor('server'), {
        action: made ? 'source.create' : 'source.rotate',
        city: city.code,
        target: code,
        detail: { kind: brings, demo: true },
      })
      return token
    }
    return {
      city: city.code,
      origin: city.origin,
      tokens: {
        incidents: await tokenOf('incidents'),
        positions: await tokenOf('positions'),
        duties: await tokenOf('duties'),
      },
    }
  })
  // Whole or not at all, and nobody else's from the first byte on.
  const path = simulationPath(dataDir)
  const unfinished = `${path}.unfinished-${process.pid}`
  await writeFile(unfinished, `${JSON.stringify(simulation, null, 2)}\n`, { mode: 0o600 })
  await rename(unfinished, path)
}
