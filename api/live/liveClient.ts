import type { ServerResponse } from 'node:http'
import type { Writable } from 'node:stream'
import { reloadFrame } from './frames.ts'
import type { LiveViewer } from './liveViewer.ts'
import type { ReloadReason } from './messages.ts'

/** What may wait for a client to take it. A second of a busy city is some 50 kB. */
const MOST_WAITING_BYTES = 256 * 1024
/** How long a client that lags may take to hear that it does. */
const PATIENCE_MS = 10_000

/** One open stream. What it cannot take is not kept for it: it is told to ask for a snapshot, and nobody waits for it. */
export class LiveClient {
  readonly viewer: LiveViewer
  private readonly response: ServerResponse
  /**
   * Where frames are written: the connection itself, behind the head of the answer. What an answer does for each write
   * (chunks, corking for the rest of the turn) is for answers of many small parts, and a seventh of a frame's price.
   */
  private out: Writable
  private mostWaiting = MOST_WAITING_BYTES
  private gone = false
  private readonly onGone: (() => void)[] = []
  private patience: NodeJS.Timeout | undefined

  constructor(response: ServerResponse, viewer: LiveViewer) {
    this.response = response
    this.out = response
    this.viewer = viewer
    // Somebody who left while they were being let in says so no more.
    this.gone = response.destroyed
    response.once('close', () => {
      clearTimeout(this.patience)
      this.leave()
    })
    // A cut connection says so by 'close' too.
    response.on('error', () => undefined)
  }

  /** Calls back once, when nothing more goes to this client. */
  whenGone(run: () => void): void {
    if (this.gone) run()
    else this.onGone.push(run)
  }

  /** Everything a client is told before the stream goes on; it may be long, and is waited for. The head has been written. */
  begin(frames: readonly Buffer[]): void {
    this.response.flushHeaders()
    // None as long as an earlier answer on the same connection is under way.
    this.out = this.response.socket ?? this.response
    const bytes = Buffer.concat(frames)
    this.out.write(bytes)
    if (this.out.writableLength === 0) return
    this.mostWaiting = bytes.length + MOST_WAITING_BYTES
    this.out.once('drain', () => {
      this.mostWaiting = MOST_WAITING_BYTES
    })
  }

  /** @param through id of the last event this tells of. @returns false when the client lagged and was left behind. */
  send(frame: Buffer, through: string): boolean {
    if (this.gone) return false
    if (this.out.writableLength > this.mostWaiting) {
      this.leaveBehind(through)
      return false
    }
    this.out.write(frame)
    return true
  }

  /** Tells the client to ask for a snapshot, and ends. */
  reload(reason: ReloadReason, through: string): void {
    if (this.gone) return
    this.leave()
    this.response.end(reloadFrame(reason, through))
    this.waitOnce()
  }

  /** Ends without a word: the client comes back by itself, to this server or another. */
  end(): void {
    if (this.gone) return
    this.leave()
    this.response.end()
    this.waitOnce()
  }

  /** What waits is sent first, as fast as it can be; then it hears that it lags. */
  private leaveBehind(through: string): void {
    this.leave()
    this.out.once('drain', () => this.response.end(reloadFrame('lag', through)))
    this.waitOnce()
  }

  private waitOnce(): void {
    this.patience = setTimeout(() => this.response.destroy(), PATIENCE_MS)
    this.patience.unref()
  }

  private leave(): void {
    if (this.gone) return
    this.gone = true
    for (const run of this.onGone) run()
  }
}
