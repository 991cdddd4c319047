import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useVersionSwitch } from '../hooks/useVersionSwitch.ts'
import { useLanguage } from '../hooks/useView.ts'
import { useCarried } from '../state/carried.ts'
import { formatCount } from '../ui/numbers.ts'
import { comparedLevel } from './VersionSwitch.tsx'
import styles from './versionSwitch.module.css'

/** While other boundaries than the current ones are shown: which, what they lack, what became of the selection, the way back. */
export function VersionNote() {
  const { t } = useTranslation()
  const language = useLanguage()
  const { city, version, versions, change } = useVersionSwitch()
  const carried = useCarried((state) => state.carried)
  if (!city || version === undefined || version === city.currentVersion) return null
  const level = comparedLevel(city.levels, versions)
  const levelName = city.levels.find((each) => each.level === level)?.name[language] ?? ''
  const count = versions.find((each) => each.version === version)?.counts[level ?? '']
  const own = new Set(city.levels.filter((each) => each.version === version).map((each) => each.level))
  const lacking = city.levels
    .filter((each) => each.version === city.currentVersion && !own.has(each.level))
    .map((each) => each.name[language])
  return (
    <aside className={styles.note} role="status" data-testid="version-note">
      <div>
        <p>
          {t('versions.counted', {
            version,
            areas:
              count === undefined
                ? ''
                : t('versions.areas', { count, formatted: formatCount(count, language), level: levelName }),
          })}
          {lacking.length > 0 && (
            <span className={styles.soft}>
              {t('versions.lacking', { levels: lacking.join(language === 'zh' ? '、' : ', ') })}
            </span>
          )}
        </p>
        {carried?.version === version && carried.to?.relation !== 'same' && (
          <p className={styles.soft}>
            {carried.to
              ? t(`versions.carried.${carried.to.relation}`, {
                  from: carried.from[language],
                  to: carried.to.name[language],
                })
              : t('versions.carried.none', { from: carried.from[language] })}
          </p>
        )}
      </div>
      <Button size="small" type="link" onClick={() => void change(city.currentVersion)}>
        {t('versions.back', { version: city.currentVersion })}
      </Button>
    </aside>
  )
}
