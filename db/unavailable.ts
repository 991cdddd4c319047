/**
 * Connections that fail or are refused (class 08, 57P0x), a full disk, no memory, no connection left (class 53), files that
 * cannot be read or written (58030). Source: PostgreSQL 18, appendix A.
 */
const PASSING_STATES = /^(08...|53...|57P0.|58030)$/
const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'])
/** What `pg` says of a connection that was lost, without a code. */
const LOST =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/

/** Whether the database takes nothing at the moment, whatever is asked of it: the same may be asked again later. */
export function isUnavailable(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return PASSING_STATES.test(code) || NETWORK.has(code) || LOST.test(error.message)
}
