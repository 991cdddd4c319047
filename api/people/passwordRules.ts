import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'
import type { Rules } from './rules.ts'

/** Longest password taken; hashing and guessing cost grows with it. */
export const LONGEST_PASSWORD = 256

/** Words of this place and of every Chinese list of broken passwords; a guesser tries them first. */
const LOCAL_WORDS = [
  'gridwall',
  'wangge',
  'wanggehua',
  'shuifu',
  'zhaotong',
  'yunnan',
  'police',
  'gongan',
  'jingcha',
  'zhihui',
  'zhihuizhongxin',
  'paichusuo',
  'woaini',
  'woaizhongguo',
  'zhongguo',
  'beijing',
  'nihao',
  'mima',
  'guanliyuan',
  'administrator',
  '530681',
  '530600',
  '5201314',
  '1314520',
  '110110',
  '19491001',
  '1qaz',
  '2wsx',
  '3edc',
  '4rfv',
  'qwer',
  'asdf',
  'zxcv',
  '水富',
  '网格',
  '公安',
  '警察',
  '密码',
]

/** Fewer guesses than this, as a power of ten, and lists of known passwords and patterns reach it. */
const LEAST_GUESSES_LOG10 = 9

let estimator: ZxcvbnFactory | undefined

function isCommon(password: string, userName: string): boolean {
  // Made at the first password that is set: its lists are large.
  estimator ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: 72 })
  return estimator.check(password, [userName, ...LOCAL_WORDS]).guessesLog10 < LEAST_GUESSES_LOG10
}

/** How many of four classes: small letters, capitals, digits, anything else. */
export function passwordClasses(password: string): number {
  return [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{Ll}\p{Lu}\p{Nd}]/u].filter((kind) => kind.test(password))
    .length
}

export interface PasswordProblem {
  code:
    | 'PASSWORD_TOO_SHORT'
    | 'PASSWORD_TOO_LONG'
    | 'PASSWORD_TOO_PLAIN'
    | 'PASSWORD_HAS_NAME'
    | 'PASSWORD_COMMON'
  message: string
}

/** Why a new password of this account is refused, null when it is good. Whether it was had before is asked apart. */
export function passwordProblem(password: string, userName: string, rules: Rules): PasswordProblem | null {
  const length = [...password].length
  if (length < rules.passwordLength) {
    return {
      code: 'PASSWORD_TOO_SHORT',
      message: `The password must have at least ${rules.passwordLength} characters; it has ${length}.`,
    }
  }
  if (password.length > LONGEST_PASSWORD) {
    return {
      code: 'PASSWORD_TOO_LONG',
      message: `The password may have at most ${LONGEST_PASSWORD} characters.`,
    }
  }
  const classes = passwordClasses(password)
  if (classes < rules.passwordClasses) {
    return {
      code: 'PASSWORD_TOO_PLAIN',
      message: `The password must have ${rules.passwordClasses} of the four kinds: small letters, capitals, digits, other characters; it has ${classes}.`,
    }
  }
  const plain = password.toLowerCase()
  const name = userName.toLowerCase()
  if (plain.includes(name) || plain.includes([...name].reverse().join(''))) {
    return {
      code: 'PASSWORD_HAS_NAME',
      message: 'The password must not contain the user name, also not backwards.',
    }
  }
  if (isCommon(password, userName)) {
    return {
      code: 'PASSWORD_COMMON',
      message:
        'The password is on the lists of those that are tried first, or made like them. Choose one nobody would guess.',
    }
  }
  return null
}
