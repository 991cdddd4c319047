import { expect, test } from 'vitest'
import { attemptLimits } from '../../api/people/attemptLimits.ts'

test('an address is refused what is too often, and no other address, path or server is', async () => {
  const server = attemptLimits()
  const rule = { window: 3600, max: 3 }
  const answers = []
  for (let asked = 0; asked < 5; asked++) answers.push(await server.consume('10.0.0.1|/sign-in', rule))
  expect(answers.map(({ allowed }) => allowed)).toEqual([true, true, true, false, false])
  const { retryAfter } = answers[4]
  expect(retryAfter).toBeGreaterThan(3590)
  expect(retryAfter).toBeLessThanOrEqual(3600)
  expect(await server.consume('10.0.0.2|/sign-in', rule)).toMatchObject({ allowed: true })
  expect(await attemptLimits().consume('10.0.0.1|/sign-in', rule)).toMatchObject({ allowed: true })
})

test('after a window without a question it begins anew', async () => {
  const server = attemptLimits()
  const rule = { window: 0.05, max: 1 }
  expect(await server.consume('a', rule)).toMatchObject({ allowed: true })
  await expect.poll(async () => (await server.consume('a', rule)).allowed).toBe(true)
})
