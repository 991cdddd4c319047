import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Position } from '../../geodata/city.ts'
import { useAccess } from '../hooks/useAccess.ts'
import { useAreas } from '../hooks/useAreas.ts'
import { useCity, useVersion } from '../hooks/useCity.ts'
import { useScreenScale } from '../hooks/useScreenScale.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useLanguage } from '../hooks/useView.ts'
import { useFollow } from '../live/useFollow.ts'
import type { PointerReport } from '../map/scene.ts'
import { pointRights } from '../state/access.ts'
import { trpc } from '../trpc.ts'
import { ErrorState } from '../ui/ErrorState.tsx'
import styles from './contextMenu.module.css'

interface ContextMenuProps {
  report: PointerReport
  onClose: () => void
  /** Looks at what is near the point. */
  onNear: (point: Position) => void
  /** Picks what lies under the pointer, for its panel. */
  onPick: (report: PointerReport) => void
  /** Tells of an incident there. */
  onReport: (point: Position) => void
}

/** Coordinates to copy, what can be done at the point, and every area that holds it, as the server's geometry says. */
export function ContextMenu({ report, onClose, onNear, onPick, onReport }: ContextMenuProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { code } = useCity()
  const version = useVersion()
  const { data: bundle } = useAreas()
  const { select } = useSelection()
  const [copied, setCopied] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const [lng, lat] = report.lngLat
  const access = useAccess()
  const close = (act: (point: Position) => void) => () => {
    act(report.lngLat)
    onClose()
  }
  const followHere = () => {
    onPick(report)
    if (report.target?.kind === 'unit') useFollow.getState().follow(report.target.id)
    onClose()
  }
  const text = `${lng.toFixed(6)}, ${lat.toFixed(6)}`
  const here = useQuery(
    trpc.areas.locate.queryOptions({ city: code ?? '', lng, lat, version }, { enabled: code !== undefined }),
  )
  useEffect(() => {
    setCopied(false)
    // Copied at once, as a right-click promises; where the browser refuses, the button below does it.
    navigator.clipboard?.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  }, [text])
  useEffect(() => {
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) onClose()
    }
    window.addEventListener('pointerdown', outside)
    return () => window.removeEventListener('pointerdown', outside)
  }, [onClose])

  const levelName = (level: string) =>
    bundle?.levels.find((each) => each.level === level)?.name[language] ?? level
  const scale = useScreenScale()
  const flipX = report.point.x > window.innerWidth - 320 * scale
  const flipY = report.point.y > window.innerHeight / 2
  return (
    <div
      ref={box}
      className={styles.menu}
      role="dialog"
      aria-label={t('menu.title')}
      style={{
        // The menu is zoomed, and with it the lengths it is placed by.
        left: report.point.x / scale,
        top: report.point.y / scale,
        transform: `translate(${flipX ? '-100%' : '0'}, ${flipY ? '-100%' : '0'})`,
      }}
    >
      <button
        type="button"
        className={styles.copy}
        onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
      >
        <span className={styles.number}>{text}</span>
        <span className={styles.soft}>{copied ? t('menu.copiedShort') : t('menu.copy')}</span>
      </button>
      {report.target?.kind === 'unit' && (
        <button type="button" className={styles.area} onClick={followHere} data-testid="menu-follow">
          {t('dispatch.menu.follow')}
        </button>
      )}
      {report.target?.kind === 'incident' && access.may('dispatch') && (
        <button
          type="button"
          className={styles.area}
          onClick={() => {
            onPick(report)
            onClose()
          }}
          data-testid="menu-send"
        >
          {t('dispatch.menu.send')}
        </button>
      )}
      {access.can('patrols', 'cameras.points', ...pointRights) && (
        <button type="button" className={styles.area} onClick={close(onNear)} data-testid="menu-near">
          {t('live.near.open')}
        </button>
      )}
      {access.may('incidents.report') && (
        <button type="button" className={styles.area} onClick={close(onReport)} data-testid="menu-report">
          {t('live.report.here')}
        </button>
      )}
      <p className={styles.title}>{t('menu.title')}</p>
      {here.isError ? (
        <ErrorState error={here.error} inPlace onRetry={() => void here.refetch()} />
      ) : here.data?.length === 0 ? (
        <p className={styles.soft}>{t('menu.nothing')}</p>
      ) : (
        <ul>
          {here.data?.map((area) => (
            <li key={area.id}>
              <button
                type="button"
                className={styles.area}
                onClick={() => {
                  select({ kind: 'area', areaId: area.id })
                  onClose()
                }}
              >
                <span>{area.name[language] || area.code}</span>
                <span className={styles.soft}>
                  {levelName(area.level)} {area.code}
                </span>
              </button>
            </li>
          )) ?? <li className={styles.soft}>{t('state.loading')}</li>}
        </ul>
      )}
    </div>
  )
}
