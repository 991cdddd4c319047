import { useTranslation } from 'react-i18next'
import { useTheme } from '../hooks/useView.ts'
import { hotspotColor } from '../layers/hotspots.ts'
import { cssColor } from '../map/colors.ts'
import type { HotspotClass } from '../state/hotspots.ts'

/** A class by colour and shape: high points up, low points down, what stands out alone is hollow. */
export function HotspotMark({ name }: { name: Exclude<HotspotClass, 'none'> }) {
  const { t } = useTranslation()
  const theme = useTheme()
  const color = cssColor(hotspotColor(name, theme))
  const high = name === 'hot' || name === 'highHigh' || name === 'highLow'
  const hollow = name === 'highLow' || name === 'lowHigh'
  return (
    <svg width="14" height="12" role="img" aria-label={t(`hotspot.class.${name}`)}>
      <path
        d={high ? 'M7 1 L13 11 L1 11 Z' : 'M1 1 L13 1 L7 11 Z'}
        fill={hollow ? 'none' : color}
        stroke={color}
        strokeWidth="1.6"
        strokeLinejoin="round"
      />
    </svg>
  )
}
