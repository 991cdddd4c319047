import { expect, test } from 'vitest'
import { below } from '../../../web/drill/DrillMarks.tsx'

test('labels of what stands in one place stand below one another, the first where it is', () => {
  const at = (x: number, y: number) => ({ x, y, width: 60, height: 20 })
  const written = [at(0, 0)]
  for (const y of [0, 3, -5]) written.push(below(written, at(10, y)))
  expect(written.map(({ y }) => y)).toEqual([0, 20, 40, 60])
  // What is beside stays.
  expect(below(written, at(70, 0))).toEqual(at(70, 0))
})
