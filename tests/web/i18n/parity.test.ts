import { describe, expect, test } from 'vitest'
import { en } from '../../../web/i18n/en.ts'
import { zh } from '../../../web/i18n/zh.ts'

/** Every path to a text, with the names it interpolates. */
function texts(part: object, path = ''): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const [key, value] of Object.entries(part)) {
    const here = path === '' ? key : `${path}.${key}`
    if (typeof value === 'string') found.set(here, placeholders(value))
    else for (const [inner, names] of texts(value, here)) found.set(inner, names)
  }
  return found
}

const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort()

describe('both languages', () => {
  const chinese = texts(zh)
  const english = texts(en)

  test('have exactly the same keys', () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort())
  })

  test('fill the same places in every sentence', () => {
    const different = [...chinese].filter(
      ([key, names]) => names.join() !== [...new Set(english.get(key))].sort().join(),
    )
    expect(different).toEqual([])
  })

  test('leave no text empty, units aside', () => {
    const empty = (part: object) =>
      [...flatten(part)].filter(([key, text]) => text.trim() === '' && !/unit/i.test(key))
    expect(empty(zh)).toEqual([])
    expect(empty(en)).toEqual([])
  })

  test('English holds no Chinese, save the button that switches to it and the marks in both languages', () => {
    const mixed = [...flatten(en)].filter(([, text]) => /\p{Script=Han}/u.test(text)).map(([key]) => key)
    expect(mixed).toEqual(['bar.language', 'bar.languageHint', 'drill.watermark', 'replay.watermark'])
  })
})

function* flatten(part: object, path = ''): Generator<[string, string]> {
  for (const [key, value] of Object.entries(part)) {
    const here = path === '' ? key : `${path}.${key}`
    if (typeof value === 'string') yield [here, value]
    else yield* flatten(value, here)
  }
}
