import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LiveDispatch } from '../../../api/live/messages.ts'
import { isOpenDispatch, mergedDispatches, stagesOf } from '../../../web/dispatch/dispatchRows.ts'
import { clockMinutes, clockText } from '../../../web/dispatch/scheduleText.ts'

const AT = (second: number) => new Date(Date.UTC(2026, 10, 22, 12, 0, second)).toISOString()

/** A dispatch as it stood at each of its stages. */
function course(id: number, incidentId: number): LiveDispatch[] {
  const sent: LiveDispatch = {
    id,
    incidentId,
    unitId: id,
    squadId: 1,
    state: 'assigned',
    assignedAt: AT(0),
    acknowledgedAt: null,
    arrivedAt: null,
    doneAt: null,
  }
  const heard: LiveDispatch = { ...sent, state: 'acknowledged', acknowledgedAt: AT(12) }
  const there: LiveDispatch = { ...heard, state: 'onScene', arrivedAt: AT(40) }
  return [sent, heard, there, { ...there, state: 'done', doneAt: AT(55) }]
}

test('whatever came last, by answer or by stream, the furthest stage of each dispatch is shown once', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          id: fc.integer({ min: 1, max: 6 }),
          incidentId: fc.integer({ min: 1, max: 2 }),
          answered: fc.option(fc.integer({ min: 0, max: 3 })),
          told: fc.option(fc.integer({ min: 0, max: 3 })),
        }),
        { maxLength: 6 },
      ),
      (drawn) => {
        const things = [...new Map(drawn.map((each) => [each.id, each])).values()]
        const at = (stage: number | null, { id, incidentId }: { id: number; incidentId: number }) =>
          stage === null ? [] : [course(id, incidentId)[stage]]
        const answered = things
          .filter(({ incidentId }) => incidentId === 1)
          .flatMap((each) => at(each.answered, each))
        const told = things.flatMap((each) => at(each.told, each))
        const wanted = things
          .filter(
            ({ incidentId, answered, told }) => incidentId === 1 && (answered !== null || told !== null),
          )
          .map((each) => course(each.id, 1)[Math.max(each.answered ?? 0, each.told ?? 0)])
          .sort((a, b) => a.id - b.id)
        expect(mergedDispatches(answered, told, 1)).toEqual(wanted)
      },
    ),
  )
})

test('stages come with what they took from the sending on', () => {
  const [, , , done] = course(1, 1)
  expect(stagesOf(done).map(({ state, afterS }) => [state, afterS])).toEqual([
    ['assigned', null],
    ['acknowledged', 12],
    ['onScene', 40],
    ['done', 55],
  ])
  expect(isOpenDispatch(done)).toBe(false)
  expect(course(1, 1).slice(0, 3).every(isOpenDispatch)).toBe(true)
  const recalled: LiveDispatch = { ...course(1, 1)[0], state: 'withdrawn', doneAt: AT(5) }
  expect(stagesOf(recalled).map(({ state }) => state)).toEqual(['assigned', 'withdrawn'])
})

test('minutes of the day and what clocks show are the same', () => {
  for (let minutes = 0; minutes <= 1440; minutes++) expect(clockMinutes(clockText(minutes))).toBe(minutes)
  for (const text of ['', '8:00', '24:01', '12:60', 'noon']) expect(clockMinutes(text)).toBeNull()
})
