/** The clock of sessions, waits and ages: a test sets its own. */
export type Clock = () => Date

export const machineClock: Clock = () => new Date()

export function nowOf(context: { now?: Clock }): Date {
  return (context.now ?? machineClock)()
}
