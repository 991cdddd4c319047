import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { areaIndexOf } from '../../geodata/areaBundle.ts'
import { useMapController, useMapEvent } from '../hooks/useMapController.ts'
import { useLanguage } from '../hooks/useView.ts'
import type { MapController, PointerReport } from '../map/scene.ts'
import { nameOf } from '../state/areaTree.ts'
import { formatCount } from '../ui/numbers.ts'
import styles from './compare.module.css'
import type { Side } from './useSide.ts'

interface HoverCrossProps {
  /** The map on which the cross is drawn. */
  on: MapController
  side: Side
}

/** Where the pointer is on the other map (that of the context): a cross on this one, with this side's area and count. */
export function HoverCross({ on, side }: HoverCrossProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const pointed = useMapController()
  const [report, setReport] = useState<PointerReport | null>(null)
  const take = useCallback((next: PointerReport | null) => setReport(next), [])
  useMapEvent('hover', take)
  if (!pointed || !report) return null
  const point = on.project(report.lngLat)
  const { areaId } = on.pick(point)
  const index = areaId === null ? -1 : areaIndexOf(side.bundle, areaId)
  const count = areaId === null ? undefined : side.countOf.get(areaId)
  return (
    <div className={styles.cross} style={{ left: point.x, top: point.y }} data-testid="hover-cross">
      <svg width="29" height="29" viewBox="-14.5 -14.5 29 29" aria-hidden="true">
        <path className={styles.crossHalo} d="M-14 0H-4M4 0H14M0 -14V-4M0 4V14" />
        <path className={styles.crossLine} d="M-14 0H-4M4 0H14M0 -14V-4M0 4V14" />
      </svg>
      {index >= 0 && (
        <p className={styles.crossTip}>
          {nameOf(side.bundle, index, language)}
          {count && !count.suppressed && (
            <>
              {' '}
              <b className={styles.number} data-number="count" data-told="true">
                {formatCount(count.count, language)}
              </b>{' '}
              {t('area.incidents', { count: count.count })}
            </>
          )}
        </p>
      )}
    </div>
  )
}
