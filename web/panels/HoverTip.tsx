import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { compareCounts } from '../../api/statistics/comparison.ts'
import { areaIndexOf } from '../../geodata/areaBundle.ts'
import { useAreas } from '../hooks/useAreas.ts'
import type { useAreaValues } from '../hooks/useAreaValues.ts'
import { useVersion, useWindow } from '../hooks/useCity.ts'
import { useJurisdiction } from '../hooks/useJurisdiction.ts'
import { useMapEvent } from '../hooks/useMapController.ts'
import { usePlaces } from '../hooks/usePlaces.ts'
import { useScreenScale } from '../hooks/useScreenScale.ts'
import { useLanguage } from '../hooks/useView.ts'
import { useLiveTip } from '../live/useLiveTip.ts'
import type { PointerReport } from '../map/scene.ts'
import { levelNameOf, nameOf } from '../state/areaTree.ts'
import { areasLike } from '../state/likeness.ts'
import type { Span } from '../state/timeWindow.ts'
import { formatCount } from '../ui/numbers.ts'
import { formatSpan } from '../ui/Provenance.tsx'
import styles from './hoverTip.module.css'

interface HoverTipProps {
  counts: ReturnType<typeof useAreaValues>['countOf']
  /** The window the counts are of. */
  span: Span | undefined
  /** They still answer for the window before. */
  stale: boolean
}

/** Name and number of what is under the pointer, from memory. */
export function HoverTip({ counts, span, stale }: HoverTipProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: bundle } = useAreas()
  const places = usePlaces(false).data?.places
  const [report, setReport] = useState<PointerReport | null>(null)
  const take = useCallback((next: PointerReport | null) => setReport(next), [])
  useMapEvent('hover', take)
  const scale = useScreenScale()
  const window = useWindow()
  const version = useVersion()
  const jurisdiction = useJurisdiction()
  const live = useLiveTip(report?.target ?? null)
  if (!report || !bundle) return null

  const index = report.areaId === null ? -1 : areaIndexOf(bundle, report.areaId)
  const target = report.target
  const sight = index < 0 ? undefined : jurisdiction?.sight[index]
  const count = report.areaId === null ? undefined : counts.get(report.areaId)
  const place = target?.kind === 'place' ? places?.find((each) => each.id === target.id) : undefined
  const head =
    target?.kind === 'cameraCluster'
      ? t('camera.cluster', { count: target.count, formatted: formatCount(target.count, language) })
      : target?.kind === 'camera'
        ? t('camera.one')
        : live
          ? live[0]
          : target?.kind === 'incident'
            ? t('incident.one')
            : place?.name[language]
  if (!head && index < 0) return null

  // Left of the pointer in the right half of the map, so that it never runs out of the picture.
  const flipped = report.point.x > document.documentElement.clientWidth * 0.6
  return (
    <div
      className={styles.tip}
      role="tooltip"
      data-flipped={flipped}
      // The tip is zoomed, and with it the lengths it is placed by.
      style={{ left: report.point.x / scale, top: report.point.y / scale }}
    >
      {head && <p className={styles.head}>{head}</p>}
      {live?.slice(1).map((line) => (
        <p key={line} className={styles.base}>
          {line}
        </p>
      ))}
      {index >= 0 && (
        <>
          <p className={styles.head}>
            {nameOf(bundle, index, language)}{' '}
            <span className={styles.soft}>{levelNameOf(bundle, index, language)}</span>
          </p>
          {sight !== undefined && sight < 2 && (
            <p className={styles.base}>
              {t(sight === 0 ? 'access.jurisdiction.outside' : 'access.jurisdiction.part')}
            </p>
          )}
          {count && (
            <>
              <p>
                {count.suppressed ? (
                  <span className={styles.hidden} data-number="hidden" data-told="true">
                    {t('number.hiddenWhy')}
                  </span>
                ) : (
                  <>
                    <b className={styles.number} data-number="count" data-told="true">
                      {formatCount(count.count, language)}
                    </b>{' '}
                    {t('area.incidents', { count: count.count })}
                    {count.before !== undefined && (
                      <span className={styles.soft} data-number="change" data-told="true">
                        {' · '}
                        {t('number.change.sentence', {
                          before: formatCount(count.before, language),
                          verdict: t(
                            `number.change.${compareCounts(count.count, count.before, areasLike(bundle, index)).verdict}`,
                          ),
                        })}
                      </span>
                    )}
                  </>
                )}
              </p>
              {window && span && (
                <p className={styles.base}>
                  {formatSpan(span, window.timeZone)}
                  {stale && ` · ${t('fresh.updating')}`}
                  {version !== undefined && ` · ${t('bar.version', { version })}`}
                </p>
              )}
            </>
          )}
        </>
      )}
    </div>
  )
}
