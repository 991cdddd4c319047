import { useTranslation } from 'react-i18next'
import { useTheme } from '../hooks/useView.ts'
import { cssColor, rampColors } from '../map/colors.ts'
import type { AreaValues } from '../map/scene.ts'
import styles from './wall.module.css'

interface SceneLegendProps {
  text: string
  values: AreaValues | null
}

/** One sentence about what the colours mean, and their classes when there are any. */
export function SceneLegend({ text, values }: SceneLegendProps) {
  const { t } = useTranslation()
  const theme = useTheme()
  const breaks = values?.breaks ?? []
  const lows = [0, ...breaks]
  const colors = rampColors(values?.ramp ?? 'sequential', lows.length, theme)
  const top = values ? Math.max(0, ...Array.from(values.value)) : 0
  const range = (index: number) => {
    const high = index < breaks.length ? breaks[index] - 1 : Math.max(top, lows[index])
    return high === lows[index] ? `${lows[index]}` : `${lows[index]}–${high}`
  }
  return (
    <div className={styles.legend}>
      <p>{text}</p>
      {values && (
        <ol className={styles.legendRow} aria-label={t('layers.legend')}>
          {lows.map((low, index) => (
            <li key={low} className={styles.legendClass}>
              <i className={styles.legendSwatch} style={{ background: cssColor(colors[index]) }} />
              {range(index)}
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}
