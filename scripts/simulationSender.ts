import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { StartError } from '../db/startError.ts'
import type { SimulatedSource } from '../geodata/simulation/request.ts'

/** Brings the simulation's requests to a server, in order, one at a time, and counts what became of them. */

const ATTEMPT_MS = 20_000
/** A server that was there and is gone is waited for this long. */
const PATIENCE_MS = 60_000
const REASONS_KEPT = 5

const answerShape = z
  .object({
    rejected: z
      .union([z.array(z.object({ reason: z.string() }).catchall(z.unknown())), z.number()])
      .optional(),
    dropped: z.unknown().optional(),
  })
  .catchall(z.unknown())

/** What the server said of everything sent to one endpoint: its own numbers, added up. */
export interface SourceTotals {
  requests: number
  items: number
  rejected: number
  [answered: string]: number
}

export interface SenderOptions {
  url: string
  /** The system that says who is on duty also says what they do. */
  tokens: Readonly<Record<Exclude<SimulatedSource, 'dispatches'>, string>>
  signal: AbortSignal
  /** Said to whoever watches. */
  tell: (line: string) => void
}

function noServer(url: string, cause: unknown): StartError {
  return new StartError(
    `${url} 没有服务器应答；请先运行 npm start（演示数据源需 GRIDWALL_DEMO=1），或用 --url 指定地址。`,
    `No server answers at ${url}: run npm start first (GRIDWALL_DEMO=1 makes the demo sources), or say where with --url.`,
    { cause },
  )
}

function refusedToken(source: SimulatedSource, status: number): StartError {
  return new StartError(
    `服务器拒绝了 ${source} 数据源的令牌（${status}）：令牌已更换或撤销；请用 GRIDWALL_DEMO=1 重新启动服务器以生成 simulation.json，或用 --tokens 指定令牌文件。`,
    `The server refused the token of the source for ${source} (${status}): it was rotated or revoked. Start the server with GRIDWALL_DEMO=1 to make simulation.json anew, or name a file with --tokens.`,
  )
}

/** @throws StartError when nothing answers there. */
export async function findServer(url: string): Promise<void> {
  let answer: Response
  try {
    answer = await fetch(new URL('/healthz', url), { signal: AbortSignal.timeout(ATTEMPT_MS) })
  } catch (cause) {
    throw noServer(url, cause)
  }
  await answer.body?.cancel()
  if (answer.ok) return
  throw new StartError(
    `${url} 有服务应答，但不是可用的 GridWall（/healthz 返回 ${answer.status}）。`,
    `Something answers at ${url}, but no GridWall that is ready (/healthz says ${answer.status}).`,
  )
}

export class Sender {
  readonly #options: SenderOptions
  readonly #totals = new Map<SimulatedSource, SourceTotals>()
  readonly #reasons = new Map<string, number>()
  /** Requests sent again after a cut, and milliseconds waited because the server said "later". */
  retries = 0
  waitedMs = 0

  constructor(options: SenderOptions) {
    this.#options = options
  }

  get totals(): Partial<Record<SimulatedSource, SourceTotals>> {
    return Object.fromEntries(this.#totals)
  }

  /** Why items were not taken, with how many. */
  get reasons(): Record<string, number> {
    return Object.fromEntries(this.#reasons)
  }

  /**
   * Sends one request and waits for its answer.
   * @returns false when it was interrupted before there was one
   * @throws StartError for a token that is refused, or a server that stays away
   */
  async send(source: SimulatedSource, body: string, items: number): Promise<boolean> {
    const { url, tokens, signal, tell } = this.#options
    let goneSince: number | null = null
    for (let attempt = 0; ; attempt++) {
      if (signal.aborted) return false
      let answer: Response
      let text: string
      try {
        answer = await fetch(new URL(`/ingest/${source}`, url), {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            authorization: `Bearer ${tokens[source === 'dispatches' ? 'duties' : source]}`,
          },
          body,
          signal: AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS)]),
        })
        text = await answer.text()
      } catch (error) {
        if (signal.aborted) return false
        goneSince ??= performance.now()
        if (performance.now() - goneSince > PATIENCE_MS) throw noServer(url, error)
        if (attempt === 0) tell(`${url} 暂无应答，重试中 / does not answer, trying again`)
        this.retries++
        await this.#wait(Math.min(8000, 500 * 2 ** attempt))
        continue
      }
      if (answer.status === 401 || answer.status === 403) throw refusedToken(source, answer.status)
      if (answer.status === 429 || answer.status === 503) {
        // Either how many seconds, or at which instant (RFC 9110 §10.2.3).
        const said = answer.headers.get('retry-after') ?? '1'
        const wait = /^\d+$/.test(said) ? Number(said) * 1000 : Date.parse(said) - Date.now()
        if (answer.status === 429)
          tell(`${source}：服务器要求等待 ${said} 秒 / the server asks to wait ${said} s`)
        const began = performance.now()
        await this.#wait(Math.max(250, Math.min(PATIENCE_MS, Number.isFinite(wait) ? wait : 1000)))
        this.waitedMs += performance.now() - began
        continue
      }
      if (answer.status >= 500) {
        goneSince ??= performance.now()
        if (performance.now() - goneSince > PATIENCE_MS)
          throw noServer(url, `${answer.status} ${text.slice(0, 200)}`)
        this.retries++
        await this.#wait(Math.min(8000, 500 * 2 ** attempt))
        continue
      }
      this.#count(source, items, answer.status, text)
      return true
    }
  }

  async #wait(milliseconds: number): Promise<void> {
    // An interruption ends the wait; the loop sees it.
    await sleep(milliseconds, undefined, { signal: this.#options.signal }).catch(() => undefined)
  }

  #count(source: SimulatedSource, items: number, status: number, text: string): void {
    const totals = this.#totals.get(source) ?? { requests: 0, items: 0, rejected: 0 }
    this.#totals.set(source, totals)
    totals.requests++
    totals.items += items
    const parsed = answerShape.safeParse(jsonOf(text))
    if (!parsed.success) {
      totals.rejected += items
      this.#reason(`${status} ${text.slice(0, 160)}`, items)
      return
    }
    const { rejected, dropped, ...numbers } = parsed.data
    for (const [name, value] of Object.entries(numbers)) {
      if (typeof value === 'number') totals[name] = (totals[name] ?? 0) + value
    }
    if (typeof dropped === 'number') totals.dropped = (totals.dropped ?? 0) + dropped
    else if (dropped !== undefined) totals.dropped = (totals.dropped ?? 0) + items
    const refused = typeof rejected === 'number' ? rejected : (rejected?.length ?? 0)
    totals.rejected += refused
    if (Array.isArray(rejected)) for (const { reason } of rejected) this.#reason(reason, 1)
    else if (status >= 400) this.#reason(`${status} ${text.slice(0, 160)}`, items)
  }

  #reason(reason: string, items: number): void {
    const known = this.#reasons.get(reason)
    if (known === undefined && this.#reasons.size >= REASONS_KEPT) return
    if (known === undefined) this.#options.tell(`未接收 / not taken: ${reason}`)
    this.#reasons.set(reason, (known ?? 0) + items)
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
