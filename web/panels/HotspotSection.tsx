import { Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { type Hotspots, useHotspotChoice } from '../hooks/useHotspots.ts'
import { hotspotMethods } from '../state/hotspots.ts'
import { HotspotLegend } from './HotspotLegend.tsx'
import hotspotStyles from './hotspot.module.css'

/** The switch of the layer panel, and under it what the colours mean then. */
export function HotspotSection({ hotspots }: { hotspots: Hotspots }) {
  const { t } = useTranslation()
  const { method, choose } = useHotspotChoice()
  return (
    <section className={hotspotStyles.section}>
      <div className={hotspotStyles.choice}>
        <span>{t('hotspot.title')}</span>
        <Select
          size="middle"
          aria-label={t('hotspot.title')}
          value={method ?? ''}
          options={[
            { value: '', label: t('hotspot.off') },
            ...hotspotMethods.map((value) => ({ value, label: t(`hotspot.method.${value}`) })),
          ]}
          onChange={(next) => choose({ method: next === '' ? undefined : next })}
        />
      </div>
      <HotspotLegend hotspots={hotspots} />
    </section>
  )
}
