/** What free text may not carry into the database: numbers that lead to one person. */
export type PersonalMark = 'idNumber' | 'phone' | 'plate' | 'email'

export interface Scrubbed {
  /** The text with each number replaced by words that say what stood there; unchanged when there was none. */
  text: string
  /** What was found, in the order of the text. */
  found: PersonalMark[]
}

const WORDS: Record<PersonalMark, string> = {
  idNumber: '〔证件号已删除〕',
  phone: '〔电话已删除〕',
  plate: '〔车牌已删除〕',
  email: '〔邮箱已删除〕',
}

/** GB/T 2260: the first two digits of a division code. */
const PROVINCES = '1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]'
const MONTH = '(?:0[1-9]|1[0-2])'
const DAY = '(?:0[1-9]|[12]\\d|3[01])'
/** People write numbers in groups. */
const GAP = '[ \\-.·]?'

/** A pattern of which every character may be followed by a gap, standing on its own among letters and digits. */
function spaced(...parts: string[]): RegExp {
  return new RegExp(`(?<![0-9A-Za-z])(?:${parts.join(GAP)})(?![0-9A-Za-z])`, 'g')
}

const PATTERNS: readonly { mark: PersonalMark; pattern: RegExp; holds?: (match: string) => boolean }[] = [
  {
    mark: 'email',
    pattern: /[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.)+[A-Za-z]{2,24}/g,
  },
  {
    // GB 11643-1999: division, date of birth, sequence, check character. A slip of the pen in the last is one all the same.
    mark: 'idNumber',
    pattern: spaced(
      `(?:${PROVINCES})\\d{4}`,
      `(?:18|19|20)\\d{2}${GAP}${MONTH}${GAP}${DAY}`,
      '\\d{3}[0-9Xx]',
    ),
  },
  {
    // The form before 1999, born from 1940 on: codes of grids have fifteen digits too, and go on with a township's 00 to 39.
    mark: 'idNumber',
    pattern: spaced(`(?:${PROVINCES})\\d{4}`, `[4-9]\\d${GAP}${MONTH}${GAP}${DAY}`, '\\d{3}'),
  },
  {
    mark: 'phone',
    pattern: new RegExp(
      `(?<![0-9A-Za-z])(?:(?:\\+|00)86${GAP})?1[3-9]\\d${GAP}\\d{4}${GAP}\\d{4}(?![0-9A-Za-z])`,
      'g',
    ),
  },
  {
    // With its area code only: seven digits alone may be anything.
    mark: 'phone',
    pattern: /(?<![0-9A-Za-z])(?:\(0\d{2,3}\) ?|0\d{2,3}[ -])\d{7,8}(?![0-9A-Za-z])/g,
  },
  {
    // GA 36: province, authority, five characters (six for new energy), or four and a word.
    mark: 'plate',
    pattern:
      /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][ ·•.-]?(?:[A-HJ-NP-Z0-9]{5,6}|[A-HJ-NP-Z0-9]{4}[挂学警港澳])(?![A-Za-z0-9])/g,
    // Five letters make a word, not a plate.
    holds: (match) => /\d/.test(match),
  },
]

/** Digits and letters of other widths as their plain forms, one character for one, so that places stay the same. */
function plainWidths(text: string): string {
  return text.replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
}

/**
 * Takes ID numbers, telephone numbers, number plates and e-mail addresses out of free text. Whatever enters the
 * database as text of somebody's choosing passes through here, and whoever sent it is told what was taken out.
 * Names cannot be known by their form: fields for them are not offered, and columns not listed are not read.
 */
export function scrub(text: string): Scrubbed {
  // Most texts hold neither five digits' worth nor an address: one cheap look lets them pass.
  const plain = plainWidths(text)
  if (!/\d.*\d.*\d|@/s.test(plain) && !/[\u4e00-\u9fff][A-Z]/.test(plain)) return { text, found: [] }
  const hits: { start: number; end: number; mark: PersonalMark }[] = []
  for (const { mark, pattern, holds } of PATTERNS) {
    for (const match of plain.matchAll(pattern)) {
      const [start, end] = [match.index, match.index + match[0].length]
      if (holds && !holds(match[0])) continue
      if (hits.some((hit) => start < hit.end && hit.start < end)) continue
      hits.push({ start, end, mark })
    }
  }
  if (hits.length === 0) return { text, found: [] }
  hits.sort((a, b) => a.start - b.start)
  let scrubbed = ''
  let at = 0
  for (const { start, end, mark } of hits) {
    scrubbed += text.slice(at, start) + WORDS[mark]
    at = end
  }
  return { text: scrubbed + text.slice(at), found: hits.map(({ mark }) => mark) }
}
