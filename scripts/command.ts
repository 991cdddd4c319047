import { diskFailure } from '../db/diskFailure.ts'
import { StartError } from '../db/startError.ts'

/** Runs a command. What a person can mend is told in one sentence a language, without a stack trace; exit code 1. */
export async function runCommand(main: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (error) {
    const told = error instanceof StartError ? error : diskFailure(error)
    console.error(told?.message ?? error)
    // Workers, children and PGlite may still be busy with what has just become pointless.
    process.exit(1)
  }
}
