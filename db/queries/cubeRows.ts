import type { Database, Queryable } from '../client.ts'
import { copyRows } from '../copyBinary.ts'

/** Up to where somebody has seen the counted rows of a city: to be handed back to `readChanges`, and to nothing else. */
export interface CubePosition {
  epoch: string
  snapshot: string
}

/** Every counted incident of a city (no disputes, no duplicates), one entry of each column an incident, in no order. */
export interface CountedRows {
  position: CubePosition
  /** Codes the `kind` column points into. */
  kinds: string[]
  /** Ids the `cell` column points into; the entry at 0 stands for "in no cell" and holds null. */
  cells: (number | null)[]
  /** Epoch milliseconds, rounded down: windows of whole milliseconds stay exact. */
  milliseconds: Float64Array<ArrayBuffer>
  cell: Int32Array<ArrayBuffer>
  kind: Uint16Array<ArrayBuffer>
}

/** Counted incidents that came (`n` > 0) or went (`n` < 0): of one kind, in one cell, reported at one instant. */
export interface CubeChange {
  kind: string
  cellId: number | null
  /** Epoch milliseconds, rounded down: windows of whole milliseconds stay exact. */
  milliseconds: number
  n: number
}

const NO_CELL = -2_147_483_648
const POSTGRES_EPOCH_MS = 946_684_800_000
// Rows of one message: a few megabytes, whatever the city's size.
const ROWS_AT_ONCE = 500_000

/**
 * All counted rows, as of one snapshot. Ten million take seconds, most of them the server's: it packs each column into
 * long binary strings, since a message for each row would cost more than the row.
 */
export function readCounted(db: Database, city: string): Promise<CountedRows> {
  return db.transaction(async (tx) => {
    await tx.script('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
    const [head] = await tx.query<
      CubePosition & { rows: number; firstId: number; lastId: number; literal: string }
    >(
      `SELECT epoch::text AS epoch, pg_current_snapshot()::text AS snapshot, quote_literal(city_code) AS literal,
         (SELECT coalesce(min(id), 0)::float8 FROM incidents WHERE city_code = $1) AS "firstId",
         (SELECT coalesce(max(id), 0)::float8 FROM incidents WHERE city_code = $1) AS "lastId"
       FROM cube_state WHERE city_code = $1`,
      [city],
    )
    if (!head) throw new Error(`There is no city ${city}.`)
    const known = await tx.query<{ cell_id: number }>(
      'SELECT cell_id FROM cube_cells WHERE city_code = $1 ORDER BY ordinal',
      [city],
    )
    const kinds = await tx.query<{ code: string }>(
      'SELECT code FROM kinds WHERE city_code = $1 AND NOT dispute ORDER BY sort, code',
      [city],
    )
    const columns = new CountedColumns(
      kinds.map(({ code }) => code),
      known.map(({ cell_id }) => cell_id),
    )
    for (let from = head.firstId; from <= head.lastId; from += ROWS_AT_ONCE) {
      const packed = tx.copyOut(
        `SELECT kind, string_agg(timestamptz_send(reported_at), ''), string_agg(int4send(coalesce(cell_id, ${NO_CELL})), '')
         FROM incidents
         WHERE city_code = ${head.literal} AND id >= ${from} AND id < ${from + ROWS_AT_ONCE} AND duplicate_of IS NULL
         GROUP BY kind`,
      )
      for await (const [kind, instants, cells] of copyRows(packed)) {
        if (kind && instants && cells) columns.add(kind.toString('utf8'), instants, cells)
      }
    }
    return { position: { epoch: head.epoch, snapshot: head.snapshot }, ...columns.take() }
  })
}

/** Columns that grow. */
class CountedColumns {
  private length = 0
  private milliseconds = new Float64Array(1 << 16)
  private cell = new Int32Array(1 << 16)
  private kind = new Uint16Array(1 << 16)
  private readonly kinds: string[]
  private readonly cells: (number | null)[]
  private readonly kindIndex: Map<string, number>
  private readonly ordinals = new Map<number, number>()

  constructor(kinds: string[], cellIds: number[]) {
    this.kinds = kinds
    this.kindIndex = new Map(kinds.map((code, index) => [code, index]))
    this.cells = [null, ...cellIds]
    this.ordinals.set(NO_CELL, 0)
    cellIds.forEach((id, index) => {
      this.ordinals.set(id, index + 1)
    })
  }

  add(kind: string, instants: Buffer, cells: Buffer): void {
    const kindAt = this.kindIndex.get(kind)
    // A dispute.
    if (kindAt === undefined) return
    const count = cells.length / 4
    const start = this.length
    this.length += count
    while (this.milliseconds.length < this.length) this.grow()
    this.kind.fill(kindAt, start, this.length)
    for (let i = 0; i < count; i++) {
      const microseconds = instants.readInt32BE(8 * i) * 4_294_967_296 + instants.readUInt32BE(8 * i + 4)
      this.milliseconds[start + i] = Math.floor(microseconds / 1e3) + POSTGRES_EPOCH_MS
      this.cell[start + i] = this.ordinalOf(cells.readInt32BE(4 * i))
    }
  }

  take(): Omit<CountedRows, 'position'> {
    return {
      kinds: this.kinds,
      cells: this.cells,
      milliseconds: this.milliseconds.subarray(0, this.length),
      cell: this.cell.subarray(0, this.length),
      kind: this.kind.subarray(0, this.length),
    }
  }

  private ordinalOf(cellId: number): number {
    const known = this.ordinals.get(cellId)
    if (known !== undefined) return known
    this.cells.push(cellId)
    this.ordinals.set(cellId, this.cells.length - 1)
    return this.cells.length - 1
  }

  private grow(): void {
    const capacity = 2 * this.milliseconds.length
    const milliseconds = new Float64Array(capacity)
    milliseconds.set(this.milliseconds)
    this.milliseconds = milliseconds
    const cell = new Int32Array(capacity)
    cell.set(this.cell)
    this.cell = cell
    const kind = new Uint16Array(capacity)
    kind.set(this.kind)
    this.kind = kind
  }
}

/**
 * What was committed after a position, each change once, and the position after it. null when the log does not reach
 * back that far (a city was written anew, a kind became a dispute, or nobody asked for minutes): `readCounted` again.
 */
export async function readChanges(
  db: Queryable,
  city: string,
  position: CubePosition,
): Promise<{ changes: CubeChange[]; position: CubePosition } | null> {
  const [row] = await db.query<{
    epoch: string
    snapshot: string
    kinds: string[]
    cells: (number | null)[]
    milliseconds: number[]
    ns: number[]
  }>(
    // One statement, one snapshot: what it sees of the log is what pg_current_snapshot names.
    `SELECT s.epoch::text AS epoch, pg_current_snapshot()::text AS snapshot,
       coalesce(c.kinds, '{}') AS kinds, coalesce(c.cells, '{}') AS cells,
       coalesce(c.milliseconds, '{}') AS milliseconds, coalesce(c.ns, '{}') AS ns
     FROM cube_state s
     CROSS JOIN LATERAL (
       SELECT array_agg(c.kind) AS kinds, array_agg(c.cell_id) AS cells,
         array_agg(floor(extract(epoch FROM c.reported_at) * 1000)::float8) AS milliseconds, array_agg(c.n) AS ns
       FROM cube_changes c JOIN kinds k ON k.city_code = c.city_code AND k.code = c.kind AND NOT k.dispute
       WHERE c.city_code = s.city_code AND c.xid >= pg_snapshot_xmin($2::pg_snapshot)
         AND NOT pg_visible_in_snapshot(c.xid, $2::pg_snapshot)
     ) c
     WHERE s.city_code = $1 AND s.epoch = $3::xid8 AND s.purged_xid <= pg_snapshot_xmin($2::pg_snapshot)`,
    [city, position.snapshot, position.epoch],
  )
  if (!row) return null
  return {
    changes: row.kinds.map((kind, i) => ({
      kind,
      cellId: row.cells[i],
      milliseconds: row.milliseconds[i],
      n: row.ns[i],
    })),
    position: { epoch: row.epoch, snapshot: row.snapshot },
  }
}
