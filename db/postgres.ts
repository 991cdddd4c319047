import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { copyChunks } from './copyText.ts'
import type { Database, HeldTransaction, Queryable } from './database.ts'
import { connectionFailure, oldServer } from './postgresFailures.ts'
import { holdPostgres } from './postgresHold.ts'
import { PostgresListener } from './postgresListener.ts'
import * as schema from './schema/index.ts'

const { builtins } = pg.types

function parseBigint(text: string): number | bigint {
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : BigInt(text)
}

// The same JavaScript values as from PGlite.
const types: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === builtins.INT8) return parseBigint
    if (oid === builtins.DATE) return (text: string) => text
    return pg.types.getTypeParser(oid, format)
  },
}

async function copyInto(
  client: pg.ClientBase,
  table: string,
  columns: string[],
  texts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  const sink = client.query(copyFrom(`COPY ${table} (${columns.join(', ')}) FROM STDIN`))
  await pipeline(Readable.from(texts, { objectMode: true, highWaterMark: 2 }), sink)
}

async function copyRows(
  client: pg.ClientBase,
  table: string,
  columns: string[],
  rows: Iterable<unknown[]> | AsyncIterable<unknown[]>,
): Promise<number> {
  let count = 0
  async function* texts() {
    for await (const chunk of copyChunks(rows, 256 * 1024)) {
      count += chunk.rows
      yield chunk.text
    }
  }
  await copyInto(client, table, columns, texts())
  return count
}

async function* copyFromServer(client: pg.ClientBase, select: string): AsyncGenerator<Uint8Array> {
  for await (const chunk of client.query(copyTo(`COPY (${select}) TO STDOUT (FORMAT binary)`))) yield chunk
}

function queryable(client: pg.ClientBase): Queryable {
  return {
    async query<Row>(text: string, params?: unknown[]) {
      const { rows } = await client.query({ text, values: params ?? [] })
      return rows as Row[]
    },
    async script(text) {
      await client.query(text)
    },
    copy: (table, columns, rows) => copyRows(client, table, columns, rows),
    copyText: (table, columns, text) => copyInto(client, table, columns, [text]),
    copyOut: (select) => copyFromServer(client, select),
  }
}

/** Connects to PostgreSQL ≥ 15. @throws StartError for everything a person can mend. */
export async function openPostgres(databaseUrl: string): Promise<Database> {
  const options: pg.PoolConfig = {
    connectionString: databaseUrl,
    application_name: 'gridwall',
    connectionTimeoutMillis: 10_000,
    options: '-c timezone=UTC -c client_min_messages=warning',
    max: 10,
    // A session keeps the plans of the functions that row-level security asks: making them anew costs more than an answer.
    idleTimeoutMillis: 600_000,
    types,
  }
  function openPool(more: pg.PoolConfig = {}): pg.Pool {
    const pool = new pg.Pool({ ...options, ...more })
    // A lost connection is replaced by the pool at its next use. Without listeners it would end the process: the pool's
    // where it was idle, its own where somebody holds it (whose next statement then fails).
    pool.on('error', (error) => console.error(`database connection lost: ${error.message}`))
    pool.on('connect', (client) => {
      client.on('error', (error) => console.error(`database connection lost: ${error.message}`))
    })
    return pool
  }
  let pool: pg.Pool
  try {
    pool = openPool()
    const { rows } = await pool.query('SHOW server_version_num')
    const version = Number(rows[0].server_version_num)
    if (version < 150_000) {
      await pool.end()
      throw oldServer(version)
    }
  } catch (error) {
    throw connectionFailure(databaseUrl, error)
  }

  async function withClient<T>(run: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect()
    try {
      return await run(client)
    } finally {
      client.release()
    }
  }
  const listener = new PostgresListener(options)
  // Whoever holds one of these may still need one of the others; taken from one pool, ten holders would wait for ever.
  // A person's question takes no minutes; one that would is ended.
  const holders = openPool({
    statement_timeout: 120_000,
    pipeline: true,
    // Prepared once, planned each time: a window of a day and one of three years want different plans.
    options: `${options.options} -c plan_cache_mode=force_custom_plan`,
  })
  const open = new Set<HeldTransaction>()
  const cancel = (processId: number) => pool.query('SELECT pg_cancel_backend($1)', [processId])

  return {
    kind: 'postgres',
    orm: drizzle(pool, { schema }),
    async query<Row>(text: string, params?: unknown[]) {
      const { rows } = await pool.query({ text, values: params ?? [] })
      return rows as Row[]
    },
    async script(text) {
      await pool.query(text)
    },
    copy: (table, columns, rows) => withClient((client) => copyRows(client, table, columns, rows)),
    copyText: (table, columns, text) => withClient((client) => copyInto(client, table, columns, [text])),
    async *copyOut(select) {
      const client = await pool.connect()
      let whole = false
      try {
        yield* copyFromServer(client, select)
        whole = true
      } finally {
        // Whoever stops reading halfway leaves a connection that is still being sent to.
        client.release(!whole)
      }
    },
    transaction: (run) =>
      withClient(async (client) => {
        await client.query('BEGIN')
        try {
          const result = await run(queryable(client))
          await client.query('COMMIT')
          return result
        } catch (error) {
          await client.query('ROLLBACK').catch((rollbackError: Error) => {
            // The first error says what happened; a lost connection has rolled back by itself.
            console.error(`rollback failed: ${rollbackError.message}`)
          })
          throw error
        }
      }),
    hold: (options = {}) => holdPostgres(holders, open, cancel, options),
    listen: (channel, onNotify) => listener.listen(channel, onNotify),
    listening: { query: (text, params) => listener.query(text, params) },
    async close() {
      await listener.close()
      // What somebody forgot to end would keep the pool from ending.
      await Promise.all([...open].map((held) => held.rollback()))
      await holders.end()
      await pool.end()
    },
  }
}
