import { Tooltip } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { areaIndexOf } from '../../geodata/areaBundle.ts'
import { useAreas } from '../hooks/useAreas.ts'
import { useMapController } from '../hooks/useMapController.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useChangeView, useLanguage } from '../hooks/useView.ts'
import { nameOf } from '../state/areaTree.ts'
import { type AreaHotspotAnswer, type HotspotRow, levelWord, significantRows } from '../state/hotspots.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { formatCount } from '../ui/numbers.ts'
import { Section } from '../ui/Panel.tsx'
import { HotspotAccuracy } from './HotspotAccuracy.tsx'
import { HotspotMark } from './HotspotMark.tsx'
import hotspotStyles from './hotspot.module.css'
import { chanceText } from './hotspotText.ts'
import styles from './selectionPanel.module.css'

/** Rows listed at first, and at most. */
const fewRows = 12
const mostRows = 300
/** Near enough to see what lies around it. */
const closest = 15.5
/** A level with fewer areas has nothing to shuffle. */
const leastAreas = 8

/** The areas that differ from chance, most certain first, each beside how much it is looked at. */
export function HotspotAreas({ answer }: { answer: AreaHotspotAnswer }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: bundle } = useAreas()
  const [shown, setShown] = useState(fewRows)
  const level = levelWord(bundle, answer.level, language)
  const rows = significantRows(answer)
  const { exposure, totals, tested } = answer
  const seen = [...(exposure?.patrolMinutes ?? []), ...(exposure?.cameras ?? [])].some((each) => each > 0)
  if (totals.count === 0) return <EmptyState>{t('hotspot.noIncidents')}</EmptyState>
  if (answer.areaId.length < leastAreas) {
    return <EmptyState>{t('hotspot.untested', { areas: answer.areaId.length })}</EmptyState>
  }
  return (
    <>
      {rows.length === 0 ? (
        <div data-testid="hotspot-none">
          <EmptyState>{t('hotspot.none', { level, count: formatCount(totals.count, language) })}</EmptyState>
          <p className={styles.soft}>{t('hotspot.noneTry')}</p>
        </div>
      ) : (
        <Section
          title={t('hotspot.found', {
            level,
            found: formatCount(rows.length, language),
            tested: formatCount(tested, language),
          })}
          aside={<span title={t('hotspot.qHint')}>{t('hotspot.list')}</span>}
        >
          <ul className={styles.children} data-testid="hotspot-list">
            {rows.slice(0, shown).map((row) => (
              <AreaRow key={row.areaId} row={row} level={answer.level} />
            ))}
          </ul>
          {rows.length > shown && shown < mostRows && (
            <button type="button" className={styles.link} onClick={() => setShown(mostRows)}>
              {t('hotspot.more', { count: rows.length - shown })}
            </button>
          )}
        </Section>
      )}
      <Section title={t('hotspot.exposure')}>
        <p className={styles.soft}>
          {exposure === null
            ? t('access.exposureDenied')
            : seen
              ? t('hotspot.exposureText', {
                  level,
                  patrol: chanceText.correlation(exposure.patrolCorrelation),
                  cameras: chanceText.correlation(exposure.cameraCorrelation),
                })
              : t('hotspot.exposureNone')}
        </p>
        <p className={styles.soft}>{t('hotspot.caution')}</p>
      </Section>
      <HotspotAccuracy validation={answer.validation} />
    </>
  )
}

function AreaRow({ row, level }: { row: HotspotRow; level: string }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: bundle } = useAreas()
  const { selection } = useSelection()
  const controller = useMapController()
  const changeView = useChangeView()
  const index = bundle ? areaIndexOf(bundle, row.areaId) : -1
  if (!bundle || index < 0 || row.class === 'none') return null
  const selected = selection.kind === 'area' && selection.areaId === row.areaId
  return (
    <li>
      <button
        type="button"
        className={hotspotStyles.area}
        aria-current={selected}
        onClick={() => {
          // The level stays: flying closer would turn to a finer one, and the list with it.
          changeView({ selection: { kind: 'area', areaId: row.areaId }, level })
          controller?.fit({ areaId: row.areaId }, { maxZoom: closest })
        }}
      >
        <HotspotMark name={row.class} />
        <span className={hotspotStyles.name} title={nameOf(bundle, index, language)}>
          {nameOf(bundle, index, language)}
        </span>
        <span className={hotspotStyles.count}>
          {t('hotspot.items', { formatted: formatCount(row.count, language) })}
        </span>
        <span className={hotspotStyles.details}>
          {t(`hotspot.class.${row.class}`)} · <span title={t('hotspot.qHint')}>q {chanceText.p(row.q)}</span>
          {row.patrolMinutes !== null &&
            ` · ${t('hotspot.patrol', { minutes: formatCount(row.patrolMinutes, language) })}`}
          {row.cameras !== null &&
            ` · ${t('hotspot.cameras', { count: row.cameras, formatted: formatCount(row.cameras, language) })}`}
        </span>
        {row.lookedMore && (
          <Tooltip title={t('hotspot.lookedHint')} placement="left">
            <span className={hotspotStyles.looked}>△ {t('hotspot.looked')}</span>
          </Tooltip>
        )}
      </button>
    </li>
  )
}
