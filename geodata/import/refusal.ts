/** An import that cannot go on: one sentence that says what was expected and what came. Nothing of it is kept. */
export class ImportRefusal extends Error {
  /** As the manifest names it; null for the manifest itself. */
  readonly file: string | null
  readonly line: number | null

  /** @param line physical line in `file` from 1, null where the fault has no line. */
  constructor(file: string | null, reason: string, line: number | null = null) {
    super(cut(reason))
    this.name = 'ImportRefusal'
    this.file = file
    this.line = line
  }
}

const LONGEST_REASON = 1_000

/** A reason quotes what stood in the file, and that may be as long as the file. */
export function cut(reason: string): string {
  return reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON - 1)}…` : reason
}
