import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { factorPath, returnPath } from '../../api/people/returnPath.ts'

const deep = '/plan?city=shuifu&layers=incidents,cameras&selected=area.1&language=en&theme=light'
const server = 'https://gridwall.example'

describe('the way back from the identity provider', () => {
  test('leads to the page that was asked for, with its language, theme and view', () => {
    expect(new URLSearchParams(returnPath(deep).split('?')[1]).get('layers')).toBe('incidents,cameras')
    expect(returnPath(deep)).toMatch(/^\/plan\?city=shuifu&.*&language=en&theme=light$/)
    expect(factorPath(deep)).toBe(`${returnPath(deep)}&twoFactor=1`.replace('incidents,', 'incidents%2C'))
    expect(factorPath('/')).toBe('/?twoFactor=1')
  })

  test('brings nothing back of an earlier round trip', () => {
    expect(returnPath('/wall?error=access_denied&error_description=x&twoFactor=1&language=en')).toBe(
      '/wall?language=en',
    )
    expect(factorPath('/?twoFactor=1&error=x')).toBe('/?twoFactor=1')
  })

  test.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/a/..//evil.example',
    '/./\\evil.example',
    '/\t/evil.example',
    '\n//evil.example',
    'javascript:alert(1)',
    'plan',
    '',
    `/${'a'.repeat(5000)}`,
  ])('%j leads to the first page', (asked) => {
    expect(returnPath(asked)).toBe('/')
  })

  test('never leaves this server, whatever a browser says', () => {
    const odd = fc.string({ unit: fc.constantFrom(...'/\\.:@?#%2f5c\t\n ae') })
    fc.assert(
      fc.property(fc.oneof(fc.string(), odd), odd, (head, tail) => {
        for (const path of [returnPath(head + tail), returnPath(`/${head}${tail}`), factorPath(`/${tail}`)]) {
          expect(new URL(path, server).origin).toBe(server)
        }
      }),
    )
  })
})
