/** Passwords: their rules, checked while one is typed, and their change. The server decides again. */
import { askAuth } from './authRequest.ts'

export interface PasswordRules {
  /** Characters at least. */
  minLength: number
  /** How many of the four classes (small and capital letters, digits, others) at least. */
  classes: number
  /** So many former passwords must not come back. */
  history: number
  /** A password must be changed after so many days; 0: never. */
  maxAgeDays: number
}

export type PasswordRule = 'length' | 'classes' | 'name' | 'new' | 'same'

/** How many of small letters, capital letters, digits and others a text has; Chinese characters are others. */
export function characterClasses(text: string): number {
  return [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{Ll}\p{Lu}\p{Nd}]/u].filter((each) => each.test(text)).length
}

/** Every rule that can be judged in the browser, in the order they are shown, and whether it is kept. */
export function checkPassword(
  password: string,
  rules: PasswordRules,
  { userName, current, repeated }: { userName: string; current: string; repeated: string },
): { rule: PasswordRule; kept: boolean }[] {
  const name = userName.toLowerCase()
  const backwards = [...name].reverse().join('')
  const holdsName = [name, backwards].some((each) => each !== '' && password.toLowerCase().includes(each))
  return [
    { rule: 'length', kept: [...password].length >= rules.minLength },
    { rule: 'classes', kept: characterClasses(password) >= rules.classes },
    { rule: 'name', kept: password !== '' && !holdsName },
    { rule: 'new', kept: password !== '' && password !== current },
    { rule: 'same', kept: password !== '' && password === repeated },
  ]
}

/** Changes the signed-in account's password; its other sessions end. @throws AuthError */
export async function changePassword(passwords: { currentPassword: string; newPassword: string }) {
  await askAuth('/change-password', { ...passwords, revokeOtherSessions: true })
}
