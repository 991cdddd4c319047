import type { Scenario } from './scenario.ts'

/** The score sheet of a drill: pure, from the scenario, the clock and what was done. Instants are epoch milliseconds. */

const minuteMs = 60_000

export interface DrillCourse {
  scenario: Scenario
  startedAt: number
  /** Minutes of the scenario that pass in one of the clock. */
  pace: number
  /** When it is over, by itself or because somebody ended it. */
  endsAt: number
}

/**
 * done: in time; late: done, but after its time; missed: not done, and the drill is over; overdue: its time is over, the
 * drill is not; open: there is time left. Expected by an inject that never came: not scored.
 */
export type ExpectationState = 'done' | 'late' | 'missed' | 'overdue' | 'open'

export interface ScoredExpectation {
  code: string
  injectCode: string
  dueAt: number
  state: ExpectationState
  respondedAt: number | null
  /** Seconds of the clock from the inject to the response. */
  tookS: number | null
  unitNumber: number | null
}

export interface Score {
  expectations: ScoredExpectation[]
  /** In time, late and missed of all that were asked for so far. */
  done: number
  late: number
  missed: number
  /** Asked for by an inject that has come. */
  asked: number
}

/** Clocks show seconds: whoever answers within the one that is shown is in time. */
const second = (instant: number) => Math.floor(instant / 1000)

export const injectInstant = ({ startedAt, pace }: DrillCourse, atMinute: number): number =>
  startedAt + (atMinute * minuteMs) / pace

/** Injects that have come by an instant; none comes after the end. */
export function injectsBy(course: DrillCourse, now: number): Scenario['injects'] {
  const until = Math.min(now, course.endsAt)
  return course.scenario.injects.filter(({ atMinute }) => injectInstant(course, atMinute) <= until)
}

export function scoreDrill(
  course: DrillCourse,
  responses: readonly { expectation: string; unitNumber: number | null; respondedAt: number }[],
  now: number,
): Score {
  const given = new Map(responses.map((response) => [response.expectation, response]))
  const over = now >= course.endsAt
  const expectations = injectsBy(course, now).flatMap((inject) => {
    const began = injectInstant(course, inject.atMinute)
    return inject.expected.map(({ code, withinMinutes }): ScoredExpectation => {
      const dueAt = began + (withinMinutes * minuteMs) / course.pace
      const response = given.get(code)
      const state: ExpectationState = response
        ? second(response.respondedAt) <= second(dueAt)
          ? 'done'
          : 'late'
        : over
          ? 'missed'
          : now > dueAt
            ? 'overdue'
            : 'open'
      return {
        code,
        injectCode: inject.code,
        dueAt,
        state,
        respondedAt: response?.respondedAt ?? null,
        tookS: response ? Math.round((response.respondedAt - began) / 1000) : null,
        unitNumber: response?.unitNumber ?? null,
      }
    })
  })
  const count = (state: ExpectationState) => expectations.filter((each) => each.state === state).length
  return {
    expectations,
    done: count('done'),
    late: count('late'),
    missed: count('missed'),
    asked: expectations.length,
  }
}
