import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'

type OnNotify = (payload: string) => void

/** One connection for all LISTENs of the process (each listener slows every NOTIFY), taken up again when it is lost. */
export class PostgresListener {
  private readonly options: pg.ClientConfig
  private readonly channels = new Map<string, Set<OnNotify>>()
  private readonly names = new Map<string, string>()
  private client: Promise<pg.Client> | undefined
  private closed = false
  private isAway = false

  constructor(options: pg.ClientConfig) {
    this.options = options
  }

  async listen(channel: string, onNotify: OnNotify): Promise<() => Promise<void>> {
    const listeners = this.channels.get(channel) ?? new Set()
    listeners.add(onNotify)
    this.channels.set(channel, listeners)
    const client = await this.connect()
    await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`)
    return async () => {
      listeners.delete(onNotify)
      if (listeners.size > 0 || this.channels.get(channel) !== listeners) return
      this.channels.delete(channel)
      if (!this.closed) await (await this.connect()).query(`UNLISTEN ${pg.escapeIdentifier(channel)}`)
    }
  }

  /** A statement on the same connection, prepared. @throws at once where the connection is lost. */
  async query<Row>(text: string, params: unknown[] = []): Promise<Row[]> {
    // Whoever waited for it could not be stopped.
    if (this.isAway) throw new Error('The listening connection is being taken up again.')
    const name = this.names.get(text) ?? `listening_${this.names.size + 1}`
    this.names.set(text, name)
    const client = await this.connect()
    const { rows } = await client.query({ name, text, values: params })
    return rows as Row[]
  }

  async close(): Promise<void> {
    this.closed = true
    // A connection that is just being taken up again has nothing to end.
    const client = await this.client?.catch(() => undefined)
    await client?.end()
  }

  private connect(): Promise<pg.Client> {
    this.client ??= this.open()
    return this.client
  }

  private async open(): Promise<pg.Client> {
    const client = new pg.Client({ ...this.options, keepAlive: true })
    client.on('notification', ({ channel, payload }) => {
      for (const onNotify of this.channels.get(channel) ?? []) onNotify(payload ?? '')
    })
    let lost = false
    client.on('error', (error) => {
      // One cut comes as several errors, and must not be mended several times.
      if (lost) return
      lost = true
      this.isAway = true
      console.error(`listening connection lost: ${error.message}`)
      this.client = this.reopen()
    })
    try {
      await client.connect()
      for (const channel of this.channels.keys()) await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`)
    } catch (error) {
      this.client = undefined
      throw error
    }
    return client
  }

  private async reopen(): Promise<pg.Client> {
    for (;;) {
      await wait(1000)
      if (this.closed)
        throw new Error('The database was closed while its listening connection was being taken up again.')
      try {
        const client = await this.open()
        this.isAway = false
        // Nobody knows what was said meanwhile.
        for (const listeners of this.channels.values()) for (const onNotify of listeners) onNotify('')
        return client
      } catch (error) {
        console.error(`listening connection not back yet: ${error instanceof Error ? error.message : error}`)
      }
    }
  }
}
