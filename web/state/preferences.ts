/** What a person chose last, kept in the browser; the URL wins over it. */
import type { Language, Theme } from '../map/scene.ts'

const themeKey = 'gridwall.theme'
const languageKey = 'gridwall.language'
const resetReadKey = 'gridwall.resetRead.'

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    // Storage can be forbidden; then every visit starts with the defaults.
    return null
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // As above: nothing is lost but the convenience.
  }
}

export const preferences = {
  theme: (): Theme => (read(themeKey) === 'light' ? 'light' : 'dark'),
  language: (): Language => (read(languageKey) === 'en' ? 'en' : 'zh'),
  keepTheme: (theme: Theme) => write(themeKey, theme),
  keepLanguage: (language: Language) => write(languageKey, language),
  /** Up to when (ISO) an account has read in this browser that it was reset; '' never. */
  resetRead: (userName: string): string => read(resetReadKey + userName) ?? '',
  keepResetRead: (userName: string, at: string) => write(resetReadKey + userName, at),
}
