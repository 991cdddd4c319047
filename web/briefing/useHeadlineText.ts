import { useTranslation } from 'react-i18next'
import type { Headline } from './headline.ts'
import type { PeriodName } from './period.ts'

const GROUPS = [
  'criminal',
  'publicOrder',
  'traffic',
  'fire',
  'help',
  'complaint',
  'hazard',
  'other',
  'dispute',
] as const

/** Name of a kind group; the code itself for one that an import brought along. */
export function useGroupName(): (group: string) => string {
  const { t } = useTranslation()
  return (group) => {
    const known = GROUPS.find((each) => each === group)
    return known ? t(`kinds.group.${known}`) : group
  }
}

/** The headline in words. */
export function useHeadlineText(): (headline: Headline, area: string, period: PeriodName) => string {
  const { t } = useTranslation()
  const groupName = useGroupName()
  return (headline, area, period) => {
    const about = { area, period: t(`brief.period.${period}`) }
    if (headline.empty) return t('brief.headline.empty', about)
    const parts = headline.groups.map(({ group, verdict }) =>
      t(verdict === 'more' ? 'brief.headline.groupMore' : 'brief.headline.groupFewer', {
        group: groupName(group),
      }),
    )
    return [t(`brief.headline.${headline.verdict}`, about), ...parts].join(t('brief.headline.join'))
  }
}
