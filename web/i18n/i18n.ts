import i18next, { type FormatterModule } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { preferences } from '../state/preferences.ts'
import { formatInSentence } from '../ui/numbers.ts'
import { en } from './en.ts'
import { zh } from './zh.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: typeof zh }
  }
}

/** Both languages are in the bundle: a switch needs no request. */
export const i18n = i18next.createInstance()

/** A number put into a sentence is written as numbers are everywhere else: no sentence can forget it. */
const numbersInSentences: FormatterModule = {
  type: 'formatter',
  init: () => undefined,
  add: () => undefined,
  addCached: () => undefined,
  format: (value, _format, language) =>
    typeof value === 'number' ? formatInSentence(value, language === 'en' ? 'en' : 'zh') : value,
}

void i18n
  .use(initReactI18next)
  .use(numbersInSentences)
  .init({
    lng: preferences.language(),
    fallbackLng: 'zh',
    resources: { zh: { translation: zh }, en: { translation: en } },
    interpolation: { escapeValue: false, alwaysFormat: true },
    initAsync: false,
  })
