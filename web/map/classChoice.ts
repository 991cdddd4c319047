/** A person's choice of classes, and how it stands in the URL: `quantile.5`, `fixed.1,5,10,20`. */

/** How the limits of classes are found. */
export const classMethods = ['natural', 'quantile', 'equal', 'fixed'] as const
export type ClassMethod = (typeof classMethods)[number]

/** A person's choice of classes. */
export interface ClassChoice {
  method: ClassMethod
  /** Number of classes, 5…7; zero, where any area has none, is one of them. Fixed limits make their own number. */
  classes: number
  /** Own limits, ascending, in the unit of the measure; only for `fixed`. */
  limits: readonly number[]
}

export const defaultClasses: ClassChoice = { method: 'natural', classes: 6, limits: [] }

/** Fewest and most classes a person may choose: with more the colours cannot be told apart. */
export const classRange = { fewest: 5, most: 7 } as const

export function encodeClasses(choice: ClassChoice | undefined): string | undefined {
  if (!choice) return undefined
  if (choice.method === 'fixed') return `fixed.${choice.limits.join(',')}`
  const standard = choice.method === defaultClasses.method && choice.classes === defaultClasses.classes
  return standard ? undefined : `${choice.method}.${choice.classes}`
}

/** The inverse; undefined for the default and where it is not understood. */
export function decodeClasses(text: string | null): ClassChoice | undefined {
  const [name, ...rest] = (text ?? '').split('.')
  const method = classMethods.find((each) => each === name)
  const detail = rest.join('.')
  if (!method) return undefined
  if (method === 'fixed') {
    const limits = parseLimits(detail)
    return limits.length > 0 ? { method, classes: limits.length + 1, limits } : undefined
  }
  const classes = /^\d$/.test(detail) ? Number(detail) : Number.NaN
  if (!(classes >= classRange.fewest && classes <= classRange.most)) return undefined
  const standard = method === defaultClasses.method && classes === defaultClasses.classes
  return standard ? undefined : { method, classes, limits: [] }
}

/** Limits as a person types them: numbers above zero, parted by commas, blanks or semicolons; at most six, ascending. */
export function parseLimits(text: string): number[] {
  const numbers = text
    .split(/[\s,;，；、]+/)
    .filter((part) => /^\d{1,9}(\.\d{1,6})?$/.test(part))
    .map(Number)
    .filter((limit) => limit > 0)
  return [...new Set(numbers)].sort((a, b) => a - b).slice(0, classRange.most - 1)
}
