import type { Database } from '../../db/client.ts'
import {
  NUMBERING_EVERY_MS,
  type NumberingRound,
  takeEvents,
  waitingChannel,
} from '../../db/queries/liveNumbering.ts'

/** Rounds that find nothing before it rests: whoever put something down meanwhile may have said nothing (0011_live.sql). */
const EMPTY_ROUNDS = 5
/** A notice may be lost with its connection. */
const LOOK_EVERY_MS = 1000
/** Where nobody would hear of it only each so many-th look is made. */
const UNHEARD_LOOKS = 5

export interface NumbererOptions {
  /** After each round, at least once a second while somebody hears: what it numbered, and where numbering stood before. */
  onRound: (round: NumberingRound) => void
  onFailure: (error: unknown) => void
  /** Whether anybody would hear of what it numbers. */
  isHeard: () => boolean
}

/** Gives numbers to live events until `stop`. Of several nodes on one database whoever comes first does each round. */
export class Numberer {
  private readonly database: Database
  private readonly options: NumbererOptions
  private stopListening: () => Promise<void> = async () => undefined
  private looking: NodeJS.Timeout | undefined
  private resting: NodeJS.Timeout | undefined
  private working: Promise<void> | undefined
  private asked = false
  private looks = 0
  private stopped = false
  private endRest: () => void = () => undefined
  /** A round is under way: what others say of it is known when it ends. */
  isAsking = false

  private constructor(database: Database, options: NumbererOptions) {
    this.database = database
    this.options = options
  }

  static async start(database: Database, options: NumbererOptions): Promise<Numberer> {
    const numberer = new Numberer(database, options)
    numberer.stopListening = await database.listen(waitingChannel, () => numberer.wake())
    numberer.looking = setInterval(() => numberer.look(), LOOK_EVERY_MS)
    numberer.looking.unref()
    numberer.wake()
    return numberer
  }

  async stop(): Promise<void> {
    this.stopped = true
    clearInterval(this.looking)
    clearTimeout(this.resting)
    this.endRest()
    await this.stopListening()
    await this.working
  }

  private look(): void {
    this.looks += 1
    if (this.options.isHeard() || this.looks % UNHEARD_LOOKS === 0) this.wake()
  }

  private wake(): void {
    this.asked = true
    if (this.working || this.stopped) return
    this.working = this.work()
      .catch(this.options.onFailure)
      .finally(() => {
        this.working = undefined
      })
  }

  private async work(): Promise<void> {
    let found = false
    for (let empty = 0; !this.stopped; ) {
      this.asked = false
      const { busy, events } = await this.round()
      const nothing = !busy && events.length === 0
      found ||= !nothing
      empty = nothing && !this.asked ? empty + 1 : 0
      // A look that finds nothing is one look; only after something came more may come unsaid.
      if (nothing && !this.asked && (!found || empty >= EMPTY_ROUNDS)) return
      await this.rest(busy ? NUMBERING_EVERY_MS / 4 : NUMBERING_EVERY_MS)
    }
  }

  private async round(): Promise<NumberingRound> {
    this.isAsking = true
    let round: NumberingRound
    try {
      round = await takeEvents(this.database.listening)
    } finally {
      this.isAsking = false
    }
    this.options.onRound(round)
    return round
  }

  private rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.endRest = resolve
      this.resting = setTimeout(resolve, ms)
      this.resting.unref()
    })
  }
}
