import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { preferences } from '../state/preferences.ts'
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

void i18n.use(initReactI18next).init({
  lng: preferences.language(),
  fallbackLng: 'zh',
  resources: { zh: { translation: zh }, en: { translation: en } },
  interpolation: { escapeValue: false },
  initAsync: false,
})
