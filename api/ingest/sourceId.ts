import { createHash } from 'node:crypto'
import { scrub } from '../../geodata/scrub.ts'

/**
 * The name of an incident at its source as it is kept: one that could be a number of a person (a caller's telephone as
 * the id of a message) by its hash, so that it stays one name and tells nothing.
 */
export function sourceIdOf(id: string): string {
  if (scrub(id).found.length === 0) return id
  return `#${createHash('sha256').update(id).digest('hex').slice(0, 32)}`
}
