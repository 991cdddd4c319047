import { expect, test } from 'vitest'
import { inOrderOfTime } from '../../../api/cube/timeOrder.ts'
import { createRandom } from '../../../geodata/random.ts'

const DAY_MS = 86_400_000
const breathe = async () => {}

test.each([
  ['none', 0, 1],
  ['one', 1, 1],
  ['many in few days', 5000, 3],
  ['few in many days', 300, 4000],
])('events of any days come in order, each with its own slot and kind: %s', async (_, length, days) => {
  const random = createRandom(length + days)
  // From before 1970, ends of days and equal instants among them.
  const time = Float64Array.from(
    { length },
    () =>
      (random.int(0, days - 1) - 500) * DAY_MS + random.pick([0, 1, DAY_MS - 1, random.int(0, DAY_MS - 1)]),
  )
  const events = {
    time,
    slot: Uint16Array.from(time.keys(), (i) => i % 65_536),
    kind: Uint16Array.from(time.keys(), (i) => (7 * i) % 1000),
  }
  const sorted = await inOrderOfTime(events, breathe)
  expect([...sorted.time]).toEqual([...time].sort((a, b) => a - b))
  for (let at = 0; at < length; at++) {
    expect(sorted.time[at]).toBe(time[sorted.slot[at]])
    expect(sorted.kind[at]).toBe(events.kind[sorted.slot[at]])
  }
  expect(new Set(sorted.slot).size).toBe(length)
  expect(await inOrderOfTime(sorted, breathe)).toBe(sorted)
})
