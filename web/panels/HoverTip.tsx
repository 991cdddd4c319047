import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { areaIndexOf } from '../../geodata/areaBundle.ts'
import { useAreas } from '../hooks/useAreas.ts'
import type { useAreaValues } from '../hooks/useAreaValues.ts'
import { useMapEvent } from '../hooks/useMapController.ts'
import { usePlaces } from '../hooks/usePlaces.ts'
import { useLanguage } from '../hooks/useView.ts'
import type { PointerReport } from '../map/scene.ts'
import { levelNameOf, nameOf } from '../state/areaTree.ts'
import { formatCount } from '../ui/numbers.ts'
import styles from './hoverTip.module.css'

interface HoverTipProps {
  counts: ReturnType<typeof useAreaValues>['countOf']
}

/** Name and number of what is under the pointer, from memory. */
export function HoverTip({ counts }: HoverTipProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: bundle } = useAreas()
  const places = usePlaces(false).data?.places
  const [report, setReport] = useState<PointerReport | null>(null)
  const take = useCallback((next: PointerReport | null) => setReport(next), [])
  useMapEvent('hover', take)
  if (!report || !bundle) return null

  const index = report.areaId === null ? -1 : areaIndexOf(bundle, report.areaId)
  const target = report.target
  const count = report.areaId === null ? undefined : counts.get(report.areaId)
  const place = target?.kind === 'place' ? places?.find((each) => each.id === target.id) : undefined
  const head =
    target?.kind === 'cameraCluster'
      ? t('camera.cluster', { count: target.count, formatted: formatCount(target.count, language) })
      : target?.kind === 'camera'
        ? t('camera.one')
        : target?.kind === 'incident'
          ? t('incident.one')
          : place?.name[language]
  if (!head && index < 0) return null

  // Left of the pointer in the right half of the map, so that it never runs out of the picture.
  const flipped = report.point.x > window.innerWidth * 0.6
  return (
    <div
      className={styles.tip}
      role="tooltip"
      data-flipped={flipped}
      style={{ left: report.point.x, top: report.point.y }}
    >
      {head && <p className={styles.head}>{head}</p>}
      {index >= 0 && (
        <>
          <p className={styles.head}>
            {nameOf(bundle, index, language)}{' '}
            <span className={styles.soft}>{levelNameOf(bundle, index, language)}</span>
          </p>
          {count && (
            <p>
              {count.suppressed ? (
                t('area.suppressed')
              ) : (
                <>
                  <b className={styles.number}>{formatCount(count.count, language)}</b> {t('area.incidents')}
                  {count.before !== undefined && (
                    <span className={styles.soft}>
                      {' · '}
                      {t('area.lastYearSame', {
                        count: count.before,
                        formatted: formatCount(count.before, language),
                      })}
                    </span>
                  )}
                </>
              )}
            </p>
          )}
        </>
      )}
    </div>
  )
}
