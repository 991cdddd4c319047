/** Which rule a row of the model stands for, in plain data. */
export type RosterRule =
  | 'staffing'
  | 'leave'
  | 'qualification'
  | 'rest'
  | 'nightsInARow'
  | 'daysInARow'
  | 'hoursAWeek'
  | 'daysOffAWeek'
  | 'changes'

export interface RuleInstance {
  rule: RosterRule
  /** Place of the team in the input; absent: of staffing and changes. */
  team?: number
  /** Place of the line in the input; of staffing and qualification. */
  line?: number
  /** Days it speaks of. */
  days: number[]
}

/** Rules that cannot all be kept, in plain data: leave any one of them out and the others can. */
export interface RosterConflict {
  rules: RuleInstance[]
  /** Whether it has been made sure that none could be left out; false where the time ran out before. */
  irreducible: boolean
}
