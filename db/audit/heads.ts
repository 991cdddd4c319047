import { createReadStream } from 'node:fs'
import { mkdir, open, rename, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * The heads of the audit's chain outside the database: a line for each seal, so that cutting off the newest rows, restoring
 * an older copy or writing the whole chain anew shows. Whoever wants to be surer copies the file elsewhere as it grows.
 */

/** One line: number of the seal, last place in the sequence, when it was sealed (ISO 8601, UTC), hash of the seal. */
export interface Head {
  seal: number
  seq: number
  at: string
  hash: string
}

const LINE = /^(\d{1,15}) (\d{1,15}) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([0-9a-f]{64})$/
/** Every head of so many days stays; of older ones the last of each hour, or the file would outgrow what it protects. */
const WHOLE_DAYS = 7
const DAY_MS = 86_400_000

function lineOf({ seal, seq, at, hash }: Head): string {
  return `${seal} ${seq} ${at} ${hash}\n`
}

function parseLine(line: string): Head | null {
  const match = LINE.exec(line)
  return match && { seal: Number(match[1]), seq: Number(match[2]), at: match[3], hash: match[4] }
}

export function headsPath(dataDir: string): string {
  return join(dataDir, 'audit-heads.log')
}

/**
 * The file's lines in their order; null stands for one that is no head. A last line without its end was cut off while it
 * was written, and is left out. @returns undefined when there is no such file.
 */
export async function readHeads(path: string): Promise<(Head | null)[] | undefined> {
  const heads: (Head | null)[] = []
  let rest = ''
  try {
    for await (const part of createReadStream(path, { encoding: 'utf8' })) {
      const lines = `${rest}${part}`.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) heads.push(parseLine(line))
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  return heads
}

/** The file as the one who appends to it holds it. */
export class HeadsFile {
  readonly path: string
  private latest: Head | null = null
  private lines = 0
  private whole = true
  /** Bytes, as it was left: another length says that a command has written too. */
  private size = 0

  private constructor(path: string) {
    this.path = path
  }

  /** Opens the file or begins a new one, and takes away a last line that was cut off while it was written. */
  static async open(path: string): Promise<HeadsFile> {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(path, 'a+')
    try {
      const { size } = await file.stat()
      let whole = size
      const byte = Buffer.alloc(1)
      while (whole > 0) {
        await file.read(byte, 0, 1, whole - 1)
        if (byte[0] === 10) break
        whole -= 1
      }
      if (whole < size) await file.truncate(whole)
    } finally {
      await file.close()
    }
    const heads = new HeadsFile(path)
    await heads.refresh()
    return heads
  }

  /** Sees what others have appended: a command may seal beside the server. */
  async refresh(): Promise<void> {
    const { size } = await stat(this.path)
    if (size === this.size) return
    const heads = (await readHeads(this.path)) ?? []
    this.latest = heads.findLast((head) => head !== null) ?? null
    this.lines = heads.length
    this.whole = risesThroughout(heads)
    this.size = size
  }

  /** The last head in the file; null while there is none. */
  get last(): Head | null {
    return this.latest
  }

  get length(): number {
    return this.lines
  }

  /** Whether it tells of one chain: every line can be read, and none goes back behind the one before. */
  get tellsOneChain(): boolean {
    return this.whole
  }

  /** Appends, and returns once the disk has it. */
  async append(heads: readonly Head[]): Promise<void> {
    if (heads.length === 0) return
    const file = await open(this.path, 'a')
    try {
      const text = heads.map(lineOf).join('')
      await file.appendFile(text)
      await file.datasync()
      this.size += text.length
    } finally {
      await file.close()
    }
    this.whole &&= risesThroughout([...(this.latest ? [this.latest] : []), ...heads])
    this.latest = heads[heads.length - 1]
    this.lines += heads.length
  }

  /** Lets go of heads that retention has made meaningless, and of all but one an hour of those older than a week. */
  async thin(anchorSeal: number, now: number): Promise<void> {
    const heads = await readHeads(this.path)
    // What tells of another chain is evidence: nothing is tidied then.
    if (!heads || !risesThroughout(heads)) return
    const kept = heads.filter((head, index) => {
      const next = heads[index + 1]
      if (next?.seal === head.seal) return false
      if (!next || head.seal === anchorSeal) return true
      if (head.seal < anchorSeal) return false
      if (Date.parse(head.at) > now - WHOLE_DAYS * DAY_MS) return true
      return head.at.slice(0, 13) !== next.at.slice(0, 13)
    })
    if (kept.length === heads.length) return
    const unfinished = `${this.path}.unfinished`
    const file = await open(unfinished, 'w')
    try {
      for (let at = 0; at < kept.length; at += 1000) {
        await file.appendFile(
          kept
            .slice(at, at + 1000)
            .map(lineOf)
            .join(''),
        )
      }
      await file.datasync()
    } finally {
      await file.close()
    }
    await rename(unfinished, this.path)
    await this.refresh()
  }
}

/** The same head twice is none the worse: two programs may have written it. */
function risesThroughout(heads: (Head | null)[]): heads is Head[] {
  return heads.every((head, index) => {
    if (head === null) return false
    const before = heads[index - 1]
    return !before || before.seal < head.seal || (before.seal === head.seal && before.hash === head.hash)
  })
}
