import { useTranslation } from 'react-i18next'
import { useAreas } from '../hooks/useAreas.ts'
import type { useAreaValues } from '../hooks/useAreaValues.ts'
import { useKinds } from '../hooks/useKinds.ts'
import { useLanguage, useTheme } from '../hooks/useView.ts'
import { cssColor, rampColors } from '../map/colors.ts'
import { classCounts } from '../state/legendClasses.ts'
import { formatCount } from '../ui/numbers.ts'
import styles from './legend.module.css'

interface LegendProps {
  level: string | null
  area: ReturnType<typeof useAreaValues>
}

/** A legend that is a histogram: the colour of each class, its limits, and how many areas are in it. */
export function Legend({ level, area }: LegendProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const theme = useTheme()
  const { data: bundle } = useAreas()
  const { disputes } = useKinds()
  const values = level ? area.values[level] : undefined
  const name = bundle?.levels.find((each) => each.level === level)?.name[language]
  if (area.tooShort || area.query.isError) {
    return (
      <p className={styles.problem}>
        {area.tooShort
          ? t('kinds.disputeWindow')
          : disputes && name
            ? t('kinds.disputeLevel', { level: name })
            : area.query.error?.message}
      </p>
    )
  }
  if (!values || !name) return <div className={styles.waiting} aria-busy="true" />

  const counts = classCounts(values.value, values.breaks)
  const colors = rampColors(values.ramp, counts.length, theme).map((color) => cssColor(color))
  const top = Math.max(...counts)
  const change = values.ramp === 'diverging'
  const labels = change
    ? [t('layers.fewer'), '', t('layers.unchanged'), '', t('layers.more')]
    : classLabels(values.breaks, counts.length)
  return (
    <figure className={styles.legend}>
      <figcaption className={styles.title}>
        {t(change ? 'layers.changePerArea' : 'layers.perArea', { level: name })}
      </figcaption>
      <div className={styles.bars}>
        {counts.map((count, index) => (
          <div
            key={colors[index]}
            className={styles.class}
            title={`${classTitle(values.breaks, index, change)}: ${t('layers.areas', { count: formatCount(count, language), level: name })}`}
          >
            <span className={styles.column}>
              <span
                className={styles.bar}
                style={{ height: `${Math.max(3, (count / top) * 100)}%`, background: colors[index] }}
              />
            </span>
            <span className={styles.label}>{labels[index]}</span>
          </div>
        ))}
      </div>
    </figure>
  )
}

/** 0, 1–2, 3, 4–9, 10+ */
function classLabel(breaks: readonly number[], index: number): string {
  const low = index === 0 ? 0 : breaks[index - 1]
  if (index === breaks.length) return `${low}+`
  const high = breaks[index] - 1
  return low >= high ? String(low) : `${low}–${high}`
}

/** Ranges where they are short enough to stand side by side, else each class by its lower limit. */
function classLabels(breaks: readonly number[], classes: number): string[] {
  const ranges = Array.from({ length: classes }, (_, index) => classLabel(breaks, index))
  if (ranges.every((label) => label.length <= 4)) return ranges
  return ranges.map((label, index) =>
    index === breaks.length ? label : String(index === 0 ? 0 : breaks[index - 1]),
  )
}

function classTitle(breaks: readonly number[], index: number, change: boolean): string {
  if (!change) return classLabel(breaks, index)
  const low = index === 0 ? '−∞' : String(breaks[index - 1]).replace('-', '−')
  const high = index === breaks.length ? '∞' : String(breaks[index]).replace('-', '−')
  return `z ${low} … ${high}`
}
