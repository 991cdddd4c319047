import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { hoursText } from '../analysis/hoursText.ts'
import { groupName } from '../panels/KindFilter.tsx'
import type { SourceName } from '../ui/Provenance.tsx'
import { useOnlyFamily } from './useAccess.ts'
import { useHours } from './useHours.ts'
import { useKinds } from './useKinds.ts'
import { useLanguage } from './useView.ts'

/** More kinds than this are not named one by one. */
const mostNamed = 4

/** What the counts of the view count, in words, and where they come from: as the filters have it. */
export function useCounted(): { counted: string; source: SourceName } {
  const { t } = useTranslation()
  const language = useLanguage()
  const { kinds, tokens, codes, disputes } = useKinds()
  const hours = useHours()
  const onlyFamily = useOnlyFamily()
  return useMemo(() => {
    const within = (counted: string) =>
      hours ? t('number.kinds.hours', { counted, hours: hoursText(hours, language) }) : counted
    const own = onlyFamily ? t('access.onlyFamily', { family: t(`access.families.${onlyFamily}`) }) : null
    if (!codes || !tokens) return { counted: within(own ?? t('number.kinds.all')), source: 'incidents' }
    const names = tokens.map(
      (token) => kinds.find((kind) => kind.code === token)?.name[language] ?? groupName(t, token),
    )
    const joined = names.slice(0, mostNamed).join(language === 'zh' ? '、' : ', ')
    const named =
      names.length > mostNamed ? t('number.kinds.more', { kinds: joined, count: names.length }) : joined
    return disputes
      ? { counted: t('number.kinds.disputes', { kinds: named }), source: 'disputes' }
      : { counted: within(t('number.kinds.some', { kinds: named })), source: 'incidents' }
  }, [t, language, kinds, tokens, codes, disputes, hours, onlyFamily])
}
