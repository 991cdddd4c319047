import type { Database } from '../db/client.ts'
import { type Keeper, keepDoing } from '../db/keeper.ts'

const ASK_EVERY_MS = 15_000
/** Answers that differ by less agree: the clock does not tremble. */
const SAME_MS = 250
/** A machine whose clock is off by more has a fault that somebody must mend. */
const AGREES_MS = 5000

/**
 * The database's clock, which all servers on it have in common: asked now and then, and carried on by a counter that
 * nobody sets. However this machine's own clock is, and whatever it jumps to, times on screens and in tables stay true.
 */
export class DatabaseClock {
  /** Epoch milliseconds of the database where the counter stood at 0. */
  private origin = Date.now() - performance.now()
  private readonly database: Database
  private keeper: Keeper | undefined
  private saidOff = false

  private constructor(database: Database) {
    this.database = database
  }

  static async start(database: Database): Promise<DatabaseClock> {
    const clock = new DatabaseClock(database)
    await clock.ask()
    clock.keeper = keepDoing(
      () => clock.ask(),
      ASK_EVERY_MS,
      (error) =>
        console.error('the clock of the database could not be asked; the next time tries again:', error),
    )
    return clock
  }

  readonly now = (): Date => new Date(this.origin + performance.now())

  /** Whole seconds by which this machine's clock is ahead of the database's; null: it agrees. */
  get offByS(): number | null {
    const ahead = Date.now() - this.now().getTime()
    return Math.abs(ahead) > AGREES_MS ? Math.round(ahead / 1000) : null
  }

  async stop(): Promise<void> {
    await this.keeper?.stop()
  }

  private async ask(): Promise<void> {
    const asked = performance.now()
    const [{ now }] = await this.database.query<{ now: Date }>('SELECT clock_timestamp() AS now')
    const took = performance.now() - asked
    const origin = now.getTime() - asked - took / 2
    if (Math.abs(origin - this.origin) > SAME_MS + took / 2) this.origin = origin
    this.sayIfOff()
  }

  private sayIfOff(): void {
    const off = this.offByS
    if (off !== null && !this.saidOff) {
      const seconds = Math.abs(off)
      console.warn(
        `本机时钟比数据库${off > 0 ? '快' : '慢'} ${seconds} 秒：记录和显示的时间以数据库为准，但动态口令和统一登录会失败，请校准。\n` +
          `This machine's clock is ${seconds} s ${off > 0 ? 'ahead of' : 'behind'} the database's: times kept and shown are the database's, but one-time codes and sign-in by another system will fail. Set it right.`,
      )
    }
    this.saidOff = off !== null
  }
}
