import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { repositoryRoot } from '../../../scripts/environment.ts'

const css = readFileSync(join(repositoryRoot, 'web', 'theme', 'tokens.css'), 'utf8')

/** Tokens of a theme that are plain colours, `#rrggbb`. */
function tokensOf(theme: 'dark' | 'light'): Map<string, string> {
  const block = new RegExp(`\\[data-theme="${theme}"\\] \\{([^}]*)\\}`).exec(css)
  if (!block) throw new Error(`tokens.css has no theme ${theme}`)
  return new Map(
    Array.from(block[1].matchAll(/--([\w-]+): (#[0-9a-f]{6});/g), ([, name, color]) => [name, color]),
  )
}

/** Relative luminance of a colour, WCAG 2.2. */
function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

const papers = ['ground', 'panel', 'raised']
const words = [
  'ink',
  'ink-soft',
  'accent',
  'synthetic',
  'alert-red',
  'alert-orange',
  'alert-yellow',
  'alert-blue',
]

test('black on white is 21', () => expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5))

describe.each(['dark', 'light'] as const)('in the %s theme', (theme) => {
  const tokens = tokensOf(theme)
  const between = (a: string, b: string) => {
    const [first, second] = [tokens.get(a), tokens.get(b)]
    if (!first || !second) throw new Error(`${theme}: no colour ${a} or ${b}`)
    return contrast(first, second)
  }

  test.each(words.flatMap((word) => papers.map((paper) => [word, paper])))(
    'words in %s on %s can be read (4.5)',
    (word, paper) => expect(between(word, paper)).toBeGreaterThanOrEqual(4.5),
  )
  test('words on the accent can be read (4.5)', () =>
    expect(between('on-accent', 'accent')).toBeGreaterThanOrEqual(4.5))
  test.each(papers)('marks on %s can be seen (3)', (paper) =>
    expect(between('mark', paper)).toBeGreaterThanOrEqual(3),
  )
})
