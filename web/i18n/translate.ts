import type { TFunction } from 'i18next'

/** What `useTranslation().t` is, for functions that take it. Its other spelling, by ReturnType, is too deep for the compiler. */
export type Translate = TFunction<'translation', undefined>
