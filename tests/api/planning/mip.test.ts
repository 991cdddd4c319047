import { describe, expect, test } from 'vitest'
import { solveMip } from '../../../api/planning/mip.ts'
import { type MipModel, MipRows } from '../../../api/planning/mipModel.ts'
import { createRandom } from '../../../geodata/random.ts'

/** The fewest columns that cover all rows, each of which a share of the columns covers by chance. */
function covering(size: number, share: number): MipModel {
  const random = createRandom(3, 'mip')
  const rows = new MipRows()
  for (let row = 0; row < size; row++) {
    const own = Array.from({ length: size }, (_, column): [number, number] => [column, 1])
    rows.add(
      own.filter(([column]) => column === row || random.next() < share),
      1,
      Number.POSITIVE_INFINITY,
    )
  }
  return {
    sense: 'minimize',
    cost: new Float64Array(size).fill(1),
    lower: new Float64Array(size),
    upper: new Float64Array(size).fill(1),
    whole: new Int32Array(size).fill(1),
    ...rows.model,
  }
}

describe('HiGHS in its thread', () => {
  test('a model too large for its time is stopped, and the next one is solved all the same', async () => {
    expect(await solveMip(covering(500, 0.2), { seconds: 0.05 })).toMatchObject({ status: 'stopped' })
    // Each column covers its own row alone.
    expect(await solveMip(covering(9, 0), { seconds: 60 })).toMatchObject({ status: 'optimal', objective: 9 })
  })

  test('told to stop before it begins, it stops', async () => {
    const told = await solveMip(covering(500, 0.2), { seconds: 60, signal: AbortSignal.abort() })
    expect(told.status).toBe('stopped')
  })

  test('a number that is none is refused, and the thread is not asked', async () => {
    const model = covering(3, 0)
    model.cost[1] = Number.NaN
    await expect(solveMip(model, { seconds: 1 })).rejects.toThrow('got NaN at place 1')
  })
})
