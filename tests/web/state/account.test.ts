import { describe, expect, test } from 'vitest'
import { passwordProblem } from '../../../api/people/passwordRules.ts'
import { STANDARD_RULES } from '../../../api/people/rules.ts'
import { deviceOf } from '../../../web/state/device.ts'
import { formatSpan } from '../../../web/state/duration.ts'
import { characterClasses, checkPassword, type PasswordRules } from '../../../web/state/passwordRules.ts'
import { secretOf } from '../../../web/state/secondFactor.ts'

const rules: PasswordRules = {
  minLength: STANDARD_RULES.passwordLength,
  classes: STANDARD_RULES.passwordClasses,
  history: STANDARD_RULES.passwordHistory,
  maxAgeDays: STANDARD_RULES.passwordAgeDays,
}

describe('a new password, while it is typed', () => {
  const broken = (password: string, repeated = password) =>
    checkPassword(password, rules, { userName: 'post-1', current: 'Old-Password-9', repeated })
      .filter(({ kept }) => !kept)
      .map(({ rule }) => rule)

  test.each([
    ['', ['length', 'classes', 'name', 'new', 'same']],
    ['short-A1', ['length']],
    ['onlysmallletters', ['classes']],
    ['My-POST-1-secret', ['name']],
    ['My-1-tsop-secret', ['name']],
    ['Old-Password-9', ['new']],
    ['Hengjiang-9016-Wan', []],
  ])('"%s" breaks %j', (password, expected) => {
    expect(broken(password)).toEqual(expected)
  })

  test('it must be typed the same twice', () => {
    expect(broken('Hengjiang-9016-Wan', 'Hengjiang-9016-Wam')).toEqual(['same'])
  })

  test('what the page lets pass, length, classes and name, the server does too', () => {
    for (const password of ['Hengjiang-9016-Wan', '横江九月-Aa-夜航船', 'xK4#pp0-zzQ']) {
      expect(broken(password)).toEqual([])
      expect(passwordProblem(password, 'post-1', STANDARD_RULES)).toBeNull()
    }
  })

  test('Chinese characters count as others, as on the server', () => {
    expect(characterClasses('夜航船Aa1')).toBe(4)
  })
})

test.each([
  [0, '0 秒', '0 s'],
  [59.2, '1 分', '1 min'],
  [130, '2 分 10 秒', '2 min 10 s'],
  [3600, '1 小时', '1 h'],
  [90_061, '1 天 1 小时', '1 d 1 h'],
])('%d seconds are %s', (seconds, zh, en) => {
  expect(formatSpan(seconds, 'zh')).toBe(zh)
  expect(formatSpan(seconds, 'en')).toBe(en)
})

test('a secret is read out in groups of four, without its padding', () => {
  expect(secretOf('otpauth://totp/GridWall:x?secret=ABCDEFGHIJ%3D%3D&issuer=GridWall')).toBe('ABCD EFGH IJ')
})

test.each([
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
    'Edge 140',
    'Windows',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'Firefox 128', 'Linux'],
  [
    'Mozilla/5.0 (iPad; CPU OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1',
    'Safari 17',
    'iOS',
  ],
  ['curl/8.5.0', null, null],
])('%s is told as %s on %s', (userAgent, browser, system) => {
  expect(deviceOf(userAgent)).toEqual({ browser, system })
})
