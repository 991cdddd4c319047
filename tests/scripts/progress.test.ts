import { expect, test } from 'vitest'
import { Progress } from '../../scripts/progress.ts'

function paper(isTTY: boolean) {
  let text = ''
  return { out: { isTTY, write: (more: string) => (text += more) }, text: () => text }
}

const stages = [
  { key: 'ground', title: 'ground', weight: 3 },
  { key: 'write', title: 'writing', weight: 1 },
]

test('without a terminal each stage and each tenth is a plain line', () => {
  const { out, text } = paper(false)
  const progress = new Progress(stages, out)
  for (const share of [0, 0.01, 0.02, 0.5, 1]) progress.report('ground', share)
  progress.report('write', 0)
  progress.report('write', 1)
  progress.end()
  const lines = text().trimEnd().split('\n')
  expect(lines.map((line) => line.replace(/\s+\(.*/, '').trim())).toEqual([
    '0 %  ground',
    '37 %  ground',
    '75 %  ground',
    '75 %  writing',
    '100 %  writing',
  ])
  expect(lines[1]).toMatch(/left \d+ s\)$/)
  expect(text()).not.toContain('\r')
})

test('in a terminal one line is rewritten, and gone at the end', () => {
  const { out, text } = paper(true)
  const progress = new Progress(stages, out)
  progress.report('ground', 0)
  progress.report('ground', 1)
  progress.report('write', 0)
  progress.end()
  expect(text()).toContain('[██████████████████░░░░░░]  75 %  writing')
  expect(text()).not.toContain('\n')
  expect(text().endsWith('\r\u001b[K')).toBe(true)
})

test('a share never goes back', () => {
  const { out, text } = paper(false)
  const progress = new Progress(stages, out)
  progress.report('ground', 0.8)
  progress.report('write', 0)
  progress.report('ground', 0.1)
  const shares = [...text().matchAll(/^ *(\d+) %/gm)].map((match) => Number(match[1]))
  expect(shares).toEqual([60, 60, 60])
})
