import type { DutyRow } from '../../db/queries/ingestDuties.ts'

/** One unit's duties, and what statements make of them. Pure. */

export interface DutyStatement {
  index: number
  state: 'on' | 'off'
  at: Date
}

export interface DutyChanges {
  begun: DutyRow[]
  /** With the ends they have now. */
  ended: DutyRow[]
  changed: number
  unchanged: number
  rejected: { index: number; reason: string }[]
}

interface Duty {
  row: DutyRow
  isNew: boolean
  isEnded: boolean
}

const covers = ({ started_at, ended_at }: DutyRow, at: Date) =>
  started_at <= at && (ended_at === null || at < ended_at)

/**
 * Takes statements in, oldest first. 'on' begins a duty unless one holds then; told late, it lasts until the next known
 * one begins. 'off' ends whatever holds then, also what was thought to have ended later: positions of the time after
 * that are deleted by the database.
 * @param known of the unit, oldest first.
 */
export function dutyChanges(known: readonly DutyRow[], statements: readonly DutyStatement[]): DutyChanges {
  const duties: Duty[] = known.map((row) => ({ row, isNew: false, isEnded: false }))
  const changes: DutyChanges = { begun: [], ended: [], changed: 0, unchanged: 0, rejected: [] }
  for (const { index, state, at } of statements.toSorted((a, b) => a.at.getTime() - b.at.getTime())) {
    const holding = duties.filter(({ row }) => covers(row, at))
    if (state === 'on') {
      if (holding.length > 0) {
        changes.unchanged += 1
        continue
      }
      const next = duties.map(({ row }) => row.started_at).filter((start) => start > at)
      const ended_at = next.length > 0 ? new Date(Math.min(...next.map((start) => start.getTime()))) : null
      const unit_id = known[0]?.unit_id ?? 0
      duties.push({ row: { unit_id, started_at: at, ended_at }, isNew: true, isEnded: false })
      changes.changed += 1
      continue
    }
    if (holding.length === 0) {
      changes.unchanged += 1
      continue
    }
    if (holding.some(({ row }) => row.started_at.getTime() === at.getTime())) {
      changes.rejected.push({
        index,
        reason: `at: expected an instant after the duty began, got ${at.toISOString()}, when it began`,
      })
      continue
    }
    for (const duty of holding) {
      duty.row = { ...duty.row, ended_at: at }
      duty.isEnded = true
    }
    changes.changed += 1
  }
  changes.begun = duties.filter(({ isNew }) => isNew).map(({ row }) => row)
  changes.ended = duties.filter(({ isNew, isEnded }) => !isNew && isEnded).map(({ row }) => row)
  return changes
}
