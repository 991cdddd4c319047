import { Select } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useAreas } from '../hooks/useAreas.ts'
import { useKinds } from '../hooks/useKinds.ts'
import { useLanguage } from '../hooks/useView.ts'
import { groupName } from '../panels/KindFilter.tsx'
import type { FeedFilter } from './feedFilter.ts'
import styles from './live.module.css'

const levels = [1, 2, 3, 4] as const
const stages = ['new', 'dispatched', 'onScene', 'closed', 'recorded'] as const

interface FeedFiltersProps {
  filter: FeedFilter
  onChange: (filter: FeedFilter) => void
}

/** By kind, level, stage and squad; each an open choice of several. */
export function FeedFilters({ filter, onChange }: FeedFiltersProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: areas } = useAreas()
  const { kinds } = useKinds()
  const groups = useMemo(
    () => [...new Set(kinds.filter((kind) => !kind.dispute).map((kind) => kind.group))],
    [kinds],
  )
  const squads = useMemo(() => {
    if (!areas) return []
    const name = language === 'zh' ? areas.nameZh : areas.nameEn
    const found = new Set<number>()
    for (const squad of areas.squad) if (squad >= 0) found.add(squad)
    return [...found].sort((a, b) => a - b).map((index) => ({ value: areas.id[index], label: name[index] }))
  }, [areas, language])
  const common = {
    mode: 'multiple',
    size: 'middle',
    allowClear: true,
    maxTagCount: 'responsive',
    popupMatchSelectWidth: false,
    showSearch: false,
  } as const
  return (
    <div className={styles.filters} data-testid="live-filters">
      <Select
        {...common}
        aria-label={t('live.panel.group')}
        placeholder={t('live.panel.group')}
        value={[...filter.groups]}
        options={groups.map((value) => ({ value, label: groupName(t, value) }))}
        onChange={(next) => onChange({ ...filter, groups: next })}
      />
      <Select
        {...common}
        aria-label={t('live.panel.level')}
        placeholder={t('live.panel.level')}
        value={[...filter.levels]}
        options={levels.map((value) => ({ value, label: t(`incident.levels.${value}`) }))}
        onChange={(next: number[]) => onChange({ ...filter, levels: next })}
      />
      <Select
        {...common}
        aria-label={t('live.panel.stage')}
        placeholder={t('live.panel.stage')}
        value={[...filter.stages]}
        options={stages.map((value) => ({ value, label: t(`incident.statuses.${value}`) }))}
        onChange={(next: FeedFilter['stages'][number][]) => onChange({ ...filter, stages: next })}
      />
      {squads.length > 0 && (
        <Select
          {...common}
          aria-label={t('live.panel.squad')}
          placeholder={t('live.panel.squad')}
          value={[...filter.squads]}
          options={squads}
          onChange={(next: number[]) => onChange({ ...filter, squads: next })}
        />
      )}
    </div>
  )
}
