import { type PersonalMark, scrub } from '../scrub.ts'

/** The longest text that may name something: names stand in indexes, whose entries have little room. */
const LONGEST_NAME = 200

const NOUNS: Record<PersonalMark, string> = {
  idNumber: 'an ID number',
  phone: 'a telephone number',
  plate: 'a number plate',
  email: 'an e-mail address',
}

/** What was found in a text, as a person says it: "an ID number and a telephone number". */
export function personalNouns(found: readonly PersonalMark[]): string {
  return [...new Set(found)].map((mark) => NOUNS[mark]).join(' and ')
}

/** Why a text cannot be a code, a name or a category; null when it can. Never repeats the text: it may hold a number. */
export function nameFault(text: string): string | null {
  const { found } = scrub(text)
  return found.length > 0 ? `holds ${personalNouns(found)}, which is never stored` : idFault(text)
}

/** Why a text cannot be a row's id; null when it can. Eleven digits may well be a serial number, so that phones pass. */
export function keyFault(text: string): string | null {
  const found = scrub(text).found.filter((mark) => mark !== 'phone')
  return found.length > 0
    ? `holds ${personalNouns(found)}, which is never stored: name another column as "id", or null`
    : idFault(text)
}

function idFault(text: string): string | null {
  if (text.length > LONGEST_NAME) return `is longer than ${LONGEST_NAME} characters`
  // PostgreSQL keeps any character but this one.
  return text.includes('\0') ? 'contains a NUL character' : null
}
