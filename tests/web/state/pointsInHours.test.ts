import { expect, test } from 'vitest'
import { pointsInHours } from '../../../web/state/pointsInHours.ts'

test('points are kept by the hour of the city’s own week, all columns in step', () => {
  // 2026-11-22 is a Sunday. 15:59 UTC is 23:59 in Shanghai, a minute later it is Monday there.
  const seconds = (text: string) => Date.parse(text) / 1000
  const points = {
    id: [1, 2, 3],
    lng: [10, 20, 30],
    lat: [11, 21, 31],
    kindIndex: [0, 1, 0],
    level: [4, 3, 2],
    reportedAt: [
      seconds('2026-11-22T15:59:00Z'),
      seconds('2026-11-22T16:00:00Z'),
      seconds('2026-11-22T16:59:00Z'),
    ],
    total: 3,
  }
  const monday = pointsInHours(points, [0], 'Asia/Shanghai')
  expect(monday.id).toEqual([2, 3])
  expect(monday.lng).toEqual([20, 30])
  expect(monday.level).toEqual([3, 2])
  expect(pointsInHours(points, [167], 'Asia/Shanghai').id).toEqual([1])
})
