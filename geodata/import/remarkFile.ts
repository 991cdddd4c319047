import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { RemarkLog } from './report.ts'

const BUFFERED = 64 * 1024

/**
 * Keeps every remark of an import, one JSON object a line, however many there are. The file is made with the first.
 * Written in step with the import, so that remarks never pile up in memory.
 */
export class RemarkFile {
  readonly path: string
  private descriptor: number | undefined
  private pending = ''

  constructor(path: string) {
    this.path = path
  }

  /** True once there was something to keep. */
  get used(): boolean {
    return this.descriptor !== undefined || this.pending !== ''
  }

  readonly log: RemarkLog = (kind, remark) => {
    this.pending += `${JSON.stringify({ kind, ...remark })}\n`
    if (this.pending.length >= BUFFERED) this.write()
  }

  close(): void {
    this.write()
    if (this.descriptor !== undefined) closeSync(this.descriptor)
  }

  private write(): void {
    if (this.pending === '') return
    if (this.descriptor === undefined) {
      mkdirSync(dirname(this.path), { recursive: true })
      this.descriptor = openSync(this.path, 'w')
    }
    writeSync(this.descriptor, this.pending)
    this.pending = ''
  }
}
