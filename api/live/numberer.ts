import { setTimeout as wait } from 'node:timers/promises'
import type { Database } from '../../db/client.ts'
import { NUMBERING_EVERY_MS, numberEvents, waitingChannel } from '../../db/queries/liveNumbering.ts'

/** Rounds that find nothing before it rests: whoever put something down meanwhile may have said nothing (0011_live.sql). */
const EMPTY_ROUNDS = 5
/** A notice may be lost with its connection. */
const LOOK_EVERY_MS = 1000

/** Gives numbers to live events until `stop`. Of several nodes on one database whoever comes first does each round. */
export class Numberer {
  private readonly database: Database
  private readonly onFailure: (error: unknown) => void
  private readonly stopping = new AbortController()
  private stopListening: () => Promise<void> = async () => undefined
  private timer: NodeJS.Timeout | undefined
  private working: Promise<void> | undefined
  private asked = false

  private constructor(database: Database, onFailure: (error: unknown) => void) {
    this.database = database
    this.onFailure = onFailure
  }

  static async start(database: Database, onFailure: (error: unknown) => void): Promise<Numberer> {
    const numberer = new Numberer(database, onFailure)
    numberer.stopListening = await database.listen(waitingChannel, () => numberer.wake())
    numberer.timer = setInterval(() => numberer.wake(), LOOK_EVERY_MS)
    numberer.timer.unref()
    numberer.wake()
    return numberer
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    clearInterval(this.timer)
    await this.stopListening()
    await this.working
  }

  private wake(): void {
    this.asked = true
    if (this.working || this.stopping.signal.aborted) return
    this.working = this.work()
      .catch(this.onFailure)
      .finally(() => {
        this.working = undefined
      })
  }

  private async work(): Promise<void> {
    let found = false
    for (let empty = 0; !this.stopping.signal.aborted; ) {
      this.asked = false
      const taken = await numberEvents(this.database)
      found ||= taken !== 0
      empty = taken === 0 && !this.asked ? empty + 1 : 0
      // A look that finds nothing is one look; only after something came more may come unsaid.
      if (empty > 0 && (!found || empty >= EMPTY_ROUNDS)) return
      await this.pause(taken === null ? NUMBERING_EVERY_MS / 4 : NUMBERING_EVERY_MS)
    }
  }

  private async pause(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.stopping.signal, ref: false }).catch((error: unknown) => {
      // Whoever stops does not wait.
      if (!this.stopping.signal.aborted) throw error
    })
  }
}
