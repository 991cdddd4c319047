import { expect, test } from 'vitest'
import { openDatabase } from '../../db/client.ts'
import { seedOptions } from '../../scripts/seed.ts'
import { runScript } from '../setup/process.ts'
import { temporaryDir } from '../setup/temporaryDir.ts'

test('options are read as the contract has them', () => {
  const options = seedOptions([
    '--city',
    'shuifu',
    '--seed',
    '9',
    '--incidents',
    '100',
    '--as-of',
    '2026-11-22T06:32:00Z',
    '--reset',
  ])
  expect(options).toEqual({
    city: 'shuifu',
    seed: 9,
    incidents: 100,
    asOf: Date.parse('2026-11-22T06:32:00Z'),
    reset: true,
  })
  expect(seedOptions([])).toMatchObject({ city: 'shuifu', seed: 7, incidents: 60_000, reset: false })
})

test.each([
  [['--city', 'atlantis'], 'There is no demo city named "atlantis": choose shuifu.'],
  [['--seed', 'seven'], '--seed must be a whole number from 0 to 4294967295 but is "seven".'],
  [['--incidents', '-1'], /--incidents/],
  [['--incidents', '1e9'], '--incidents must be a whole number from 0 to 10000000 but is "1e9".'],
  [
    ['--as-of', 'yesterday'],
    '--as-of must be an ISO 8601 instant such as 2026-11-22T06:32:00Z but is "yesterday".',
  ],
  [['--colour', 'red'], /usage: npm run seed/],
])('bad options are refused with what was expected: %s', (args, sentence) => {
  expect(() => seedOptions(args)).toThrow(sentence)
})

test('a city that cannot be made is refused in a sentence, and leaves none', async () => {
  const dir = temporaryDir('seed')
  try {
    const command = runScript('scripts/seed.ts', ['--incidents', '10'], { DATA_DIR: dir.path })
    expect((await command.ended).code).toBe(1)
    expect(command.stderr()).toMatch(
      /No city can be made with these options \(expected at least \d+ incidents/,
    )
    expect(await counts(dir.path)).toMatchObject({ cities: 0, areas: 0 })
  } finally {
    dir.remove()
  }
})

interface Counts {
  cities: number
  areas: number
  cells: number
  incidents: number
  cameras: number
}

async function counts(dataDir: string): Promise<Counts> {
  const db = await openDatabase({ dataDir })
  try {
    const [row] = await db.query<Counts>(
      `SELECT (SELECT count(*) FROM cities) AS cities, (SELECT count(*) FROM areas) AS areas,
              (SELECT count(*) FROM cell_areas) AS cells, (SELECT count(*) FROM incidents) AS incidents,
              (SELECT count(*) FROM cameras) AS cameras`,
    )
    return row
  } finally {
    await db.close()
  }
}

test('a first seed that is killed anywhere leaves no city or a whole one, and the next makes it whole', {
  timeout: 600_000,
}, async () => {
  const dir = temporaryDir('seed')
  const seed = (args: string[]) => runScript('scripts/seed.ts', args, { DATA_DIR: dir.path })
  const options = ['--incidents', '6000', '--as-of', '2026-11-22T06:32:00Z']
  try {
    const seen: Counts[] = []
    for (const stage of [/ground/, /things/, /writing/]) {
      const command = seed(options)
      await command.says(stage)
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 1000))
      command.child.kill('SIGKILL')
      await command.ended
      seen.push(await counts(dir.path))
      if (seen.at(-1)?.cities === 1) break
    }
    const last = seen.at(-1)
    if (last?.cities === 0) {
      const whole = seed(options)
      expect(await whole.ended, whole.stderr()).toEqual({ code: 0, signal: null })
      expect(whole.stdout()).toBe('seeded shuifu: seed 7, 6000 incidents, as of 2026-11-22T06:32:00.000Z\n')
    }
    const city = await counts(dir.path)
    expect(city).toMatchObject({ cities: 1, incidents: 6000 })
    expect(city.areas).toBeGreaterThan(4_000)
    expect(city.cameras).toBeGreaterThanOrEqual(40_000)
    const nothing = { cities: 0, areas: 0, cells: 0, incidents: 0, cameras: 0 }
    for (const each of seen) expect([nothing, city]).toContainEqual(each)

    const again = seed(options)
    expect((await again.ended).code).toBe(1)
    expect(again.stderr()).toMatch(/already has the city shuifu: add --reset/)

    const reset = seed([...options, '--reset', '--seed', '8'])
    expect(await reset.ended, reset.stderr()).toEqual({ code: 0, signal: null })
    expect(await counts(dir.path)).toMatchObject({ cities: 1, incidents: 6000 })
  } finally {
    dir.remove()
  }
})
