import type { Database } from '../../db/client.ts'
import { noteAudit } from '../../db/queries/audit.ts'
import { changeAs } from '../../db/viewing.ts'
import type { Viewer } from '../context.ts'
import { actorOf, eyesOf } from '../procedureCall.ts'

/** Of one person so many refusals are told an hour; what comes beyond is counted, so that nobody floods the audit. */
export const TOLD_AN_HOUR = 30
const HOUR_MS = 3_600_000
/** Past so many persons those whose hour is over are forgotten. */
const MOST_PERSONS = 1000

interface Hour {
  began: number
  told: number
  untold: number
}

const hours = new WeakMap<Database, Map<string, Hour>>()

/** Counts a refusal. @returns null: it is not told; else how many of the hour before were not. */
function count(database: Database, person: string, now: number): number | null {
  const persons = hours.get(database) ?? new Map<string, Hour>()
  hours.set(database, persons)
  const known = persons.get(person)
  if (known && now - known.began < HOUR_MS) {
    if (known.told < TOLD_AN_HOUR) known.told += 1
    else known.untold += 1
    return known.untold > 0 ? null : 0
  }
  if (persons.size > MOST_PERSONS) {
    for (const [each, { began, untold }] of persons) {
      if (now - began >= HOUR_MS && untold === 0) persons.delete(each)
    }
  }
  persons.set(person, { began: now, told: 1, untold: 0 })
  return known?.untold ?? 0
}

export interface Refusal {
  /** 'noun.verb' of the question. */
  procedure: string
  /** The right is not held, no purpose was given, or there is nothing that may be shown. */
  reason: 'right' | 'purpose' | 'notFound'
  /** As it was asked for; undefined: of no city that is known. */
  city: string | undefined
  id: string | undefined
}

/**
 * Leaves an entry about a question for single things that was refused: who tries numbers one after the other shows there.
 * The refusal stands whether or not it can be told.
 */
export async function tellRefusal(
  database: Database,
  viewer: Viewer,
  { procedure, reason, city, id }: Refusal,
  now: Date,
): Promise<void> {
  const before = count(database, viewer.userId, now.getTime())
  if (before === null) return
  try {
    await changeAs(database, eyesOf(viewer), (tx) =>
      noteAudit(tx, actorOf(viewer), {
        action: 'question.refuse',
        city,
        target: id,
        purpose: viewer.purpose ?? undefined,
        detail: { procedure, reason, ...(before > 0 && { untoldBefore: before }) },
      }),
    )
  } catch (error) {
    console.error('a refused question could not be told in the audit:', error)
  }
}
