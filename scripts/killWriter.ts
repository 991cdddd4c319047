import { createHash } from 'node:crypto'
import { openDatabase } from '../db/client.ts'
import { migrate } from '../db/migrate.ts'

// The child of scripts/killRounds.ts: says what it found, then writes batches for ever and acknowledges each on stdout.
// argv: data directory, round.

export interface Batch {
  batch: number
  rows: number
}

const [dataDir, round] = process.argv.slice(2)
const db = await openDatabase({ dataDir, holder: { task: 'killWriter' } })
await migrate(db)
await db.script(`CREATE TABLE IF NOT EXISTS kill_rows (
  batch integer NOT NULL, row integer NOT NULL, checksum text NOT NULL, content text NOT NULL,
  geom geometry(Point, 4326) NOT NULL, PRIMARY KEY (batch, row))`)
await db.script('CREATE INDEX IF NOT EXISTS kill_rows_geom ON kill_rows USING gist (geom)')

const found = await db.query<Batch & { damaged: number; indexed: number }>(
  `SELECT batch, count(*)::int AS rows, count(*) FILTER (WHERE md5(content) <> checksum)::int AS damaged,
          count(*) FILTER (WHERE geom && ST_MakeEnvelope(0, 0, 180, 90, 4326))::int AS indexed
   FROM kill_rows GROUP BY batch ORDER BY batch`,
)
console.log(JSON.stringify({ found }))

let batch = found.reduce((most, row) => Math.max(most, row.batch), 0)
for (;;) {
  batch += 1
  const rows = 1 + (batch % 7)
  await db.transaction(async (tx) => {
    for (let row = 0; row < rows; row++) {
      const content = `${round}-${batch}-${row} `.repeat(1 + ((batch * 31 + row) % 200))
      const checksum = createHash('md5').update(content).digest('hex')
      await tx.query(
        'INSERT INTO kill_rows (batch, row, checksum, content, geom) VALUES ($1, $2, $3, $4, ST_SetSRID(ST_MakePoint($5, $6), 4326))',
        [batch, row, checksum, content, (batch % 1790) / 10, row],
      )
    }
  })
  // Acknowledged: whoever reads this line may rely on the batch.
  process.stdout.write(`${JSON.stringify({ batch, rows })}\n`)
  if (batch % 50 === 0) await db.query('CHECKPOINT')
}
