import { isWhole, measureText } from '../analysis/measureText.ts'
import { useLanguage, useTheme, useView } from '../hooks/useView.ts'
import { cssColor, rampColors } from '../map/colors.ts'
import type { Ramp } from '../map/scene.ts'
import { classRangeText } from '../state/legendClasses.ts'
import styles from './compare.module.css'

interface CompareLegendProps {
  title: string
  breaks: readonly number[]
  ramp: Ramp
}

/** One row of classes for both maps. */
export function CompareLegend({ title, breaks, ramp }: CompareLegendProps) {
  const language = useLanguage()
  const theme = useTheme()
  const measure = useView((view) => view.measure) ?? 'count'
  const colors = rampColors(ramp, breaks.length + 1, theme)
  return (
    <figure className={styles.legend}>
      <figcaption>{title}</figcaption>
      <ol className={styles.classes}>
        {colors.map((color, index) => (
          <li key={cssColor(color)}>
            <i style={{ background: cssColor(color) }} />
            {classRangeText(breaks, index, isWhole(measure), (value) =>
              measureText(value, measure, language),
            )}
          </li>
        ))}
      </ol>
    </figure>
  )
}
