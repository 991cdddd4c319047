import { describe, expect, test } from 'vitest'
import { openDatabase } from '../../db/client.ts'
import { migrate } from '../../db/migrate.ts'
import { cityHead, cityParts } from '../../db/writing/cityParts.ts'
import { groundRows } from '../../db/writing/groundRows.ts'
import type { CityGenerator } from '../../scripts/cityGenerator.ts'
import type { CityMessage } from '../../scripts/generateCity.ts'
import { seedIfEmpty } from '../../scripts/seedCity.ts'
import { createToyGround } from '../factories/toyGround.ts'
import { createPostgresDatabase, databaseKinds } from '../setup/database.ts'

/** A generator of a city without anything on it. */
function toyGenerator(): CityGenerator {
  const ground = createToyGround()
  async function* messages(): AsyncGenerator<CityMessage> {
    yield { kind: 'head', head: cityHead(ground, { asOf: new Date('2026-11-22T06:32:00Z'), origin: {} }) }
    for await (const part of cityParts(groundRows(ground))) yield { kind: 'part', part }
    yield { kind: 'done' }
  }
  return { messages: messages(), stop: async () => undefined }
}

describe.runIf(databaseKinds().includes('postgres'))(
  'servers that start together on an empty PostgreSQL',
  () => {
    test('make one city: the first writes it, the others find it', async () => {
      const database = await createPostgresDatabase()
      const servers = await Promise.all(
        [1, 2, 3].map(() => openDatabase({ databaseUrl: database.url, dataDir: '' })),
      )
      await Promise.all(servers.map((db) => migrate(db)))
      const written = await Promise.all(servers.map((db) => seedIfEmpty(db, toyGenerator(), () => undefined)))
      expect(written.filter(Boolean)).toHaveLength(1)
      const [{ cities, areas }] = await servers[0].query(
        'SELECT (SELECT count(*) FROM cities) AS cities, (SELECT count(*) FROM areas) AS areas',
      )
      expect({ cities, areas }).toEqual({ cities: 1, areas: createToyGround().areas.length })
      await Promise.all(servers.map((db) => db.close()))
      await database.drop()
    })
  },
)
