import { Button, Slider } from 'antd'
import { useEffect, useEffectEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useHotspotChoice } from '../hooks/useHotspots.ts'
import { useLanguage } from '../hooks/useView.ts'
import type { DensityAnswer } from '../state/hotspots.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { formatCount, formatMeasure, formatPrinted } from '../ui/numbers.ts'
import { Section } from '../ui/Panel.tsx'
import { HotspotAccuracy } from './HotspotAccuracy.tsx'
import { DensityLegend } from './HotspotLegend.tsx'
import hotspotStyles from './hotspot.module.css'
import styles from './selectionPanel.module.css'

/** The slider ends here: wider kernels say nothing about a town. */
const widest = 2_000
/** The slider rests when it has not moved for so long. */
const restMs = 400

/** How far the density is smoothed, what its colours mean, and that nothing got lost. */
export function HotspotDensity({ answer }: { answer: DensityAnswer }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { choose, bandwidth: asked } = useHotspotChoice()
  const [moving, setMoving] = useState<number | null>(null)
  const ask = useEffectEvent((metres: number) => choose({ method: 'kde', bandwidth: metres }, true))
  useEffect(() => {
    if (moving === null) return
    // Keys move the slider step by step: only where it comes to rest is worth an answer.
    const timer = setTimeout(() => {
      ask(moving)
      setMoving(null)
    }, restMs)
    return () => clearTimeout(timer)
  }, [moving])
  if (answer.count === 0) return <EmptyState>{t('hotspot.noIncidents')}</EmptyState>
  const [least] = answer.bandwidthRangeM
  // What was asked for stands at once; the answer to it comes later.
  const bandwidth = moving ?? asked ?? answer.bandwidthM
  const ruled = moving === null && asked === undefined
  return (
    <>
      <Section
        title={t('hotspot.bandwidth')}
        aside={
          <span data-testid="bandwidth">
            {t(ruled ? 'hotspot.bandwidthRule' : 'hotspot.bandwidthAsked', {
              metres: formatCount(bandwidth, language),
            })}
          </span>
        }
      >
        <Slider
          min={least}
          max={Math.max(widest, answer.bandwidthM)}
          step={10}
          value={bandwidth}
          tooltip={{ formatter: (value) => `${value} m` }}
          onChange={setMoving}
        />
        <p className={styles.soft}>{t('hotspot.bandwidthHint')}</p>
        {asked !== undefined && (
          <Button
            size="small"
            className={hotspotStyles.reset}
            onClick={() => choose({ method: 'kde' }, true)}
          >
            {t('hotspot.bandwidthReset')}
          </Button>
        )}
      </Section>
      <Section
        title={t('hotspot.density')}
        aside={<span>{t('hotspot.peak', { most: formatMeasure(answer.most, language) })}</span>}
      >
        <DensityLegend most={answer.most} />
        <p className={styles.soft}>
          {t('hotspot.mass', {
            mass: formatPrinted(answer.mass, language),
            count: formatCount(answer.count, language),
            cell: answer.grid.cellM,
          })}
        </p>
        <p className={styles.soft}>{t('hotspot.caution')}</p>
      </Section>
      <HotspotAccuracy validation={answer.validation} />
    </>
  )
}
