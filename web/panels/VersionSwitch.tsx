import { Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { useVersionSwitch, type VersionChoice } from '../hooks/useVersionSwitch.ts'
import { useLanguage } from '../hooks/useView.ts'
import { formatCount } from '../ui/numbers.ts'
import styles from './versionSwitch.module.css'

/** Which boundaries everything is counted on. Another version counts the same incidents in other areas. */
export function VersionSwitch() {
  const { t } = useTranslation()
  const language = useLanguage()
  const { city, version, versions, change } = useVersionSwitch()
  if (!city || version === undefined) return null
  if (versions.length < 2) return <span className={styles.quiet}>{t('bar.version', { version })}</span>
  const level = comparedLevel(city.levels, versions)
  const levelName = city.levels.find((each) => each.level === level)?.name[language]
  const count = ({ counts }: VersionChoice) =>
    level !== undefined && counts[level] !== undefined
      ? t('versions.areas', {
          count: counts[level],
          formatted: formatCount(counts[level], language),
          level: levelName,
        })
      : ''
  return (
    <Select
      className={styles.version}
      data-testid="version"
      data-earlier={version !== city.currentVersion}
      aria-label={t('bar.versionHint')}
      value={version}
      popupMatchSelectWidth={false}
      optionLabelProp="title"
      options={versions.map((each) => ({
        value: each.version,
        title: t('versions.short', { version: each.version }),
        label: `${t('bar.version', { version: each.version })} · ${count(each)}`,
      }))}
      onChange={(next) => void change(next)}
    />
  )
}

/** The finest level that every version has: its number of areas tells versions apart. */
export function comparedLevel(
  levels: readonly { version: string; level: string; hierarchy: string; rank: number }[],
  versions: readonly { version: string }[],
): string | undefined {
  return levels
    .filter(({ hierarchy }) => hierarchy === 'administration')
    .sort((a, b) => b.rank - a.rank)
    .find(({ level }) =>
      versions.every(({ version }) =>
        levels.some((each) => each.version === version && each.level === level),
      ),
    )?.level
}
