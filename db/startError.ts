/**
 * A failure a person can mend (a wrong password, a port in use, …): one sentence that says what to do, in both languages.
 * Commands print it without a stack trace and leave with exit code 1.
 */
export class StartError extends Error {
  readonly zh: string
  readonly en: string

  constructor(zh: string, en: string, options?: ErrorOptions) {
    super(`${zh}\n${en}`, options)
    this.name = 'StartError'
    this.zh = zh
    this.en = en
  }
}
