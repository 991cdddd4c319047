import { useTranslation } from 'react-i18next'
import type { Hotspots } from '../hooks/useHotspots.ts'
import { useLanguage, useTheme } from '../hooks/useView.ts'
import { densityColors } from '../layers/hotspots.ts'
import { cssColor } from '../map/colors.ts'
import { densityBreaks, legendClasses } from '../state/hotspots.ts'
import { formatMeasure } from '../ui/numbers.ts'
import { HotspotMark } from './HotspotMark.tsx'
import hotspotStyles from './hotspot.module.css'

/** What the colours mean while hotspots are on the map; null where they colour nothing. */
export function HotspotLegend({ hotspots: { answer, colours } }: { hotspots: Hotspots }) {
  const { t } = useTranslation()
  if (!colours) return null
  if (!answer) return <div className={hotspotStyles.waiting} aria-busy="true" />
  if (answer.method === 'kde') {
    return (
      <figure className={hotspotStyles.legend}>
        <figcaption>{t('hotspot.density')}</figcaption>
        <DensityLegend most={answer.most} />
      </figure>
    )
  }
  if (answer.method === 'nearRepeat') return null
  const counted = (name: string) => answer.class.filter((each) => each === name).length
  return (
    <figure className={hotspotStyles.legend}>
      <figcaption>{t('hotspot.legend', { q: answer.falseShare })}</figcaption>
      {legendClasses[answer.method].map((name) => (
        <p key={name} className={hotspotStyles.class}>
          <HotspotMark name={name} />
          <span>{t(`hotspot.class.${name}`)}</span>
          <span className={hotspotStyles.hint} title={t(`hotspot.classHint.${name}`)}>
            {t(`hotspot.classHint.${name}`)}
          </span>
          <span>{counted(name)}</span>
        </p>
      ))}
    </figure>
  )
}

/** Classes of a density with their lower limits, incidents per km². */
export function DensityLegend({ most }: { most: number }) {
  const language = useLanguage()
  const theme = useTheme()
  const breaks = densityBreaks(most)
  const colors = densityColors(theme)
  return (
    <div className={hotspotStyles.ramp}>
      {breaks.map((low, index) => (
        <span key={low}>
          <span className={hotspotStyles.swatch} style={{ background: cssColor(colors[index]) }} />
          <small>{formatMeasure(low, language)}</small>
        </span>
      ))}
    </div>
  )
}
