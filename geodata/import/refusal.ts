/** An import that cannot go on: one sentence that says what was expected and what came. Nothing of it is kept. */
export class ImportRefusal extends Error {
  /** As the manifest names it; null for the manifest itself. */
  readonly file: string | null
  readonly line: number | null

  /** @param line physical line in `file` from 1, null where the fault has no line. */
  constructor(file: string | null, reason: string, line: number | null = null) {
    super(reason)
    this.name = 'ImportRefusal'
    this.file = file
    this.line = line
  }
}
