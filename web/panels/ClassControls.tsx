import { Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChangeView, useView } from '../hooks/useView.ts'
import { classMethods, classRange, defaultClasses, parseLimits } from '../map/classChoice.ts'
import styles from './legend.module.css'

interface ClassControlsProps {
  /** The limits shown now: what own limits start from. */
  fixedHint: readonly number[]
  /** A change has limits of its own. */
  change: boolean
}

const classCounts = Array.from(
  { length: classRange.most - classRange.fewest + 1 },
  (_, i) => classRange.fewest + i,
)

/** How the numbers are divided into classes: by which method, into how many, or at limits of one's own. */
export function ClassControls({ fixedHint, change }: ClassControlsProps) {
  const { t } = useTranslation()
  const choice = useView((view) => view.classes) ?? defaultClasses
  const changeView = useChangeView()
  const [draft, setDraft] = useState<string | null>(null)
  if (change) return <p className={styles.hint}>{t('analysis.classes.changeHint')}</p>
  const apply = () => {
    const limits = parseLimits(draft ?? '')
    if (draft !== null && limits.length > 0)
      changeView({ classes: { method: 'fixed', classes: limits.length + 1, limits } })
    setDraft(null)
  }
  return (
    <div className={styles.controls} data-own={choice.method === 'fixed'}>
      <Select
        size="small"
        variant="filled"
        aria-label={t('analysis.classes.title')}
        data-testid="class-method"
        value={choice.method}
        options={classMethods.map((method) => ({
          value: method,
          label: t(`analysis.classes.${method}`),
          title: t(`analysis.classes.${method}Hint`),
        }))}
        onChange={(method) =>
          changeView({
            classes:
              method === 'fixed'
                ? { method, classes: fixedHint.length + 1, limits: fixedHint.length > 0 ? fixedHint : [1] }
                : {
                    method,
                    classes: choice.method === 'fixed' ? defaultClasses.classes : choice.classes,
                    limits: [],
                  },
          })
        }
      />
      {choice.method === 'fixed' ? (
        <Input
          size="small"
          variant="filled"
          aria-label={t('analysis.classes.limits')}
          title={t('analysis.classes.limitsHint')}
          value={draft ?? choice.limits.join(', ')}
          onChange={(event) => setDraft(event.target.value)}
          onPressEnter={apply}
          onBlur={apply}
        />
      ) : (
        <Select
          size="small"
          variant="filled"
          aria-label={t('analysis.classes.count')}
          title={t('analysis.classes.count')}
          value={choice.classes}
          options={classCounts.map((count) => ({ value: count, label: String(count) }))}
          onChange={(classes) => changeView({ classes: { ...choice, classes } })}
        />
      )}
    </div>
  )
}
