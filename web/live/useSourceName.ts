import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { useLanguage } from '../hooks/useView.ts'
import { feedName } from './feedName.ts'
import { liveStore } from './live.ts'

/** What the source of a code is called, also where it is told of in a replay: sources are those of today. */
export function useSourceName(): (code: string | null) => string {
  const { t } = useTranslation()
  const language = useLanguage()
  return useCallback(
    (code) => {
      const feed = liveStore.feeds.find(({ source }) => source === code)
      return feedName(t, feed ?? { source: code ?? '', name: '', nameEn: '' }, language)
    },
    [t, language],
  )
}
