import { followHeads } from '../../db/audit/followHeads.ts'
import { HeadsFile, headsPath } from '../../db/audit/heads.ts'
import type { Database } from '../../db/client.ts'
import { systemActor } from '../../db/queries/audit.ts'
import { keepDays, retainAudit, retainedToday } from '../../db/queries/auditRetention.ts'
import { sealAudit } from '../../db/queries/auditSealing.ts'
import { type AuditReport, verifyAudit } from '../../db/queries/auditVerifying.ts'

const SEAL_EVERY_MS = 2000
const RETAIN_EVERY_MS = 3_600_000
/** How long somebody who asks for a verification waits for it before being told how far it is. */
const WAIT_FOR_REPORT_MS = 10_000

/** The last verification, or the one that runs. */
export interface Verification {
  /** Share of the one that runs, 0 … 1; null while none runs. */
  running: number | null
  at: Date | null
  report: AuditReport | null
}

/** Tends the audit of a server: seals, writes the heads down, lets go of what is old enough, verifies. */
export interface AuditKeeper {
  /** Seals what waits now, and writes the heads down. */
  seal(): Promise<void>
  /** Begins a verification, or joins the one that runs; answers once it is done or ten seconds have passed. */
  verify(): Promise<Verification>
  /** Waits for a verification that runs, and lets none begin, while rows are let go of. */
  alone<T>(work: () => Promise<T>): Promise<T>
  readonly verification: Verification
  /** What the file of heads holds, and whether it tells of one chain and the database still has that one. */
  readonly heads: { lines: number; agrees: boolean }
  stop(): Promise<void>
}

export interface KeeperOptions {
  dataDir: string
  onError?: (error: unknown) => void
}

class Keeper implements AuditKeeper {
  private readonly db: Database
  private readonly file: HeadsFile
  private readonly onError: (error: unknown) => void
  private readonly timers: NodeJS.Timeout[]
  private sealing: Promise<void> = Promise.resolve()
  private verifying: Promise<void> | undefined
  private working: Promise<unknown> = Promise.resolve()
  private agrees = true
  /** The last failure of sealing, so that it is told once and not every two seconds. */
  private trouble = ''
  private stopped = false
  private latest: Verification = { running: null, at: null, report: null }

  constructor(db: Database, file: HeadsFile, onError: (error: unknown) => void) {
    this.db = db
    this.file = file
    this.onError = onError
    this.timers = [
      setInterval(() => this.sealOrTell(), SEAL_EVERY_MS),
      setInterval(() => this.retainIfDue(), RETAIN_EVERY_MS),
    ]
    for (const timer of this.timers) timer.unref()
  }

  get verification(): Verification {
    return { ...this.latest }
  }

  get heads() {
    return { lines: this.file.length, agrees: this.agrees && this.file.tellsOneChain }
  }

  seal(): Promise<void> {
    const sealing = this.sealing.then(async () => {
      await sealAudit(this.db)
      if (!(await followHeads(this.db, this.file))) {
        this.agrees = false
        this.onError(
          new Error(
            `the audit in the database is not the one ${this.file.path} tells of: run npm run audit -- verify`,
          ),
        )
      }
    })
    // Whoever waits next is not told of this failure again.
    this.sealing = sealing.catch(() => undefined)
    return sealing
  }

  private sealOrTell(): void {
    if (this.stopped) return
    this.seal().then(
      () => {
        this.trouble = ''
      },
      (error: unknown) => {
        if (String(error) !== this.trouble) this.onError(error)
        this.trouble = String(error)
      },
    )
  }

  alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.working.then(work)
    this.working = result.catch(() => undefined)
    return result
  }

  /** Once a day, whichever server comes first. */
  retainIfDue(): void {
    if (this.stopped) return
    this.alone(async () => {
      if (await retainedToday(this.db)) return
      await retainAudit(this.db, systemActor('server'), await keepDays(this.db))
      const [{ seal }] = await this.db.query<{ seal: number }>(
        'SELECT coalesce(max(seal), 0) AS seal FROM audit_anchors',
      )
      await this.file.thin(seal, Date.now())
    }).catch(this.onError)
  }

  private run(): Promise<void> {
    this.latest = { ...this.latest, running: 0 }
    return this.alone(async () => {
      const report = await verifyAudit(this.db, {
        headsPath: this.file.path,
        onProgress: (share) => {
          this.latest = { ...this.latest, running: share }
        },
      })
      this.latest = { running: null, at: new Date(), report }
    }).finally(() => {
      this.latest = { ...this.latest, running: null }
      this.verifying = undefined
    })
  }

  async verify(): Promise<Verification> {
    const verifying = this.verifying ?? this.run()
    this.verifying = verifying
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, WAIT_FOR_REPORT_MS)
    })
    try {
      await Promise.race([verifying, patience])
    } finally {
      clearTimeout(timer)
    }
    // Told to whoever waited to the end; nobody may be left to hear of it.
    verifying.catch(this.onError)
    return this.verification
  }

  async stop(): Promise<void> {
    this.stopped = true
    for (const timer of this.timers) clearInterval(timer)
    await this.working
    // What was written last, so that the file knows it while nobody serves.
    await this.seal().catch(this.onError)
  }
}

function report(error: unknown): void {
  console.error('keeping the audit failed:', error)
}

/** Seals and tends the audit until `stop`. Several servers on one database leave the sealing to whoever comes first. */
export async function keepAudit(
  db: Database,
  { dataDir, onError = report }: KeeperOptions,
): Promise<AuditKeeper> {
  const keeper = new Keeper(db, await HeadsFile.open(headsPath(dataDir)), onError)
  await keeper.seal().catch(onError)
  keeper.retainIfDue()
  return keeper
}
