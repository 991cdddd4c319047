/** The longest text that may name something: names stand in indexes, whose entries have little room. */
const LONGEST_NAME = 200

/** Why a text cannot be a code, a category or an id; null when it can. */
export function nameFault(text: string): string | null {
  if (text.length > LONGEST_NAME) return `is longer than ${LONGEST_NAME} characters`
  // PostgreSQL keeps any character but this one.
  return text.includes('\0') ? 'contains a NUL character' : null
}
