import type { Database } from '../../db/client.ts'
import { HEALTH_EVERY_S } from '../../db/feedState.ts'
import { type Keeper, keepDoing } from '../../db/keeper.ts'
import { forgetSignatures } from '../../db/queries/ingestTokens.ts'
import { forgetHistory, learnRhythms } from '../../db/queries/sourceHistory.ts'
import { type HealthNote, noteHealth } from '../../db/queries/sources.ts'
import { scrub } from '../../geodata/scrub.ts'
import type { Bearer } from './bearers.ts'
import { SIGNED_WITHIN_S } from './signatures.ts'

const FORGET_EVERY_MS = 60_000
const LEARN_EVERY_MS = 10 * 60_000
const LONGEST_ERROR = 300

export interface Noticed {
  accepted?: number
  rejected?: number
  limited?: number
  /** It brought nothing that is shown live (unshown.ts). */
  unshown?: boolean
  /** What was wrong, with the words of whoever sent it. */
  error?: string
}

/** How sources and beacons are: counted in memory, written down every second, so that no request waits for it. */
export class Health {
  private notes = new Map<string, HealthNote>()
  private readonly database: Database
  private readonly now: () => Date
  private readonly keepers: Keeper[]

  constructor(database: Database, now: () => Date) {
    this.database = database
    this.now = now
    this.keepers = [
      keepDoing(
        () => this.write(),
        1000 * HEALTH_EVERY_S,
        (error) => console.error('health of sources could not be written:', error),
      ),
      keepDoing(
        async () => {
          await forgetSignatures(database, 2 * SIGNED_WITHIN_S)
        },
        FORGET_EVERY_MS,
        (error) => console.error('old signatures could not be forgotten:', error),
      ),
      keepDoing(
        async () => {
          await learnRhythms(database, now())
          await forgetHistory(database, now())
        },
        LEARN_EVERY_MS,
        (error) => console.error('nothing could be learned from the history of sources:', error),
      ),
    ]
  }

  notice({ key, city, source, unitId }: Bearer, noticed: Noticed): void {
    const at = this.now()
    const note: HealthNote = this.notes.get(key) ?? {
      owner: source === null ? { city, unitId: unitId ?? 0 } : { city, source },
      firstSeenAt: at,
      seenAt: at,
      shownAt: null,
      accepted: 0,
      rejected: 0,
      limited: 0,
      error: null,
    }
    note.seenAt = at
    if (!noticed.unshown) note.shownAt = at
    note.accepted += noticed.accepted ?? 0
    note.rejected += noticed.rejected ?? 0
    note.limited += noticed.limited ?? 0
    if (noticed.error !== undefined) {
      note.error = {
        text: scrub(noticed.error).text.replaceAll('\0', '').slice(0, LONGEST_ERROR).toWellFormed(),
        at,
      }
    }
    this.notes.set(key, note)
  }

  private async write(): Promise<void> {
    if (this.notes.size === 0) return
    const notes = [...this.notes.values()]
    this.notes = new Map()
    await noteHealth(this.database, notes)
  }

  async close(): Promise<void> {
    for (const keeper of this.keepers) await keeper.stop()
    await this.write()
  }
}
