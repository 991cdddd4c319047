import { useTranslation } from 'react-i18next'
import { useLanguage, useTheme } from '../hooks/useView.ts'
import { cssColor, rampColors } from '../map/colors.ts'
import type { AreaValues, Theme } from '../map/scene.ts'
import styles from './classRow.module.css'
import { Updating } from './Kept.tsx'
import { formatCount } from './numbers.ts'

interface ClassRowProps {
  /** What the colours mean. */
  title: string
  /** The numbers of the map; null when the map shows none: then the title stands alone. */
  values: AreaValues | null
  /** Default: the theme of the view; another while the map is drawn for paper. */
  theme?: Theme
  /** True while the numbers still answer the question before. */
  stale?: boolean
}

/** What the map's colours mean, in one line over a row of classes. Sized by the font of its surroundings. */
export function ClassRow({ title, values, theme, stale = false }: ClassRowProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const ownTheme = useTheme()
  const breaks = values?.breaks ?? []
  const lows = [0, ...breaks]
  const colors = rampColors(values?.ramp ?? 'sequential', lows.length, theme ?? ownTheme)
  const top = values ? Math.max(0, ...Array.from(values.value).filter(Number.isFinite)) : 0
  const range = (index: number) => {
    const high = index < breaks.length ? breaks[index] - 1 : Math.max(top, lows[index])
    const low = formatCount(lows[index], language)
    return high === lows[index] ? low : `${low}–${formatCount(high, language)}`
  }
  return (
    <div className={styles.legend} data-stale={stale} aria-busy={stale}>
      <p>
        {title} {stale && <Updating />}
      </p>
      {values && (
        <ol className={styles.row} aria-label={t('layers.legend')}>
          {lows.map((low, index) => (
            <li key={low} className={styles.class}>
              <i className={styles.swatch} style={{ background: cssColor(colors[index]) }} />
              <span>{range(index)}</span>
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}
