import { useCallback, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AreaBundle } from '../../geodata/areaBundle.ts'
import type { Hierarchy } from '../../geodata/city.ts'
import { useAccess } from '../hooks/useAccess.ts'
import { useAreas } from '../hooks/useAreas.ts'
import { areaValues } from '../hooks/useAreaValues.ts'
import { type City, useCity, useVersion } from '../hooks/useCity.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { MapContext, useMapEvent } from '../hooks/useMapController.ts'
import { onlyLayers, useRoomScene } from '../hooks/useRoomScene.ts'
import { useScreenScale } from '../hooks/useScreenScale.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useChangeView, useLanguage, useToggleTheme, useView } from '../hooks/useView.ts'
import { layerOfLevel } from '../map/layerOrder.ts'
import type { MapController, MapScene, PointerReport } from '../map/scene.ts'
import { Breadcrumb } from '../panels/Breadcrumb.tsx'
import { countRights } from '../state/access.ts'
import { childrenOf, levelAt, levelNameOf, rootOf } from '../state/areaTree.ts'
import { nothing } from '../state/selection.ts'
import { ClassRow } from '../ui/ClassRow.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { LoadingState } from '../ui/LoadingState.tsx'
import { MapStage } from '../ui/MapStage.tsx'
import { RoomBar } from '../ui/RoomBar.tsx'
import { RoomGate } from '../ui/RoomGate.tsx'
import { type Picture, TownInset } from '../ui/TownInset.tsx'
import './print.css'
import styles from './brief.module.css'
import { PERIOD_NAMES, type PeriodName } from './period.ts'
import { ReportPage } from './ReportPage.tsx'
import { useBriefing } from './useBriefing.ts'
import { usePrint } from './usePrint.ts'

const fine = { grids: 1, microGrids: 1, water: 1, labels: 1 }
/** Borders and names of the hierarchy the reader follows, not of both at once. */
const layersOf: Record<Hierarchy, MapScene['layers']> = {
  administration: onlyLayers({ ...fine, townships: 1, villages: 1 }),
  patrol: onlyLayers({ ...fine, districts: 1, squads: 1 }),
}
const padding = { top: 32, right: 32, bottom: 32, left: 32 }

/** The room for understanding: a map to drill in, a page that says what the numbers mean. */
export function BriefingScreen() {
  const { t } = useTranslation()
  const city = useCity()
  const { data: areas } = useAreas()
  if (city.isEmpty) return <EmptyState screen>{t('state.noCity')}</EmptyState>
  if (city.data && areas)
    return (
      <RoomGate name={t('rooms.brief')} rights={countRights}>
        <Briefing city={city.data} areas={areas} />
      </RoomGate>
    )
  if (city.error) return <ErrorState error={city.error} onRetry={city.refetch} />
  return <LoadingState />
}

function usePeriodName(): [PeriodName, (name: PeriodName) => void] {
  const rest = useView((view) => view.rest)
  const changeView = useChangeView()
  const name = PERIOD_NAMES.find((each) => each === rest?.period) ?? '30d'
  return [
    name,
    (next) => {
      const { period: _dropped, ...others } = rest ?? {}
      changeView({ rest: next === '30d' ? others : { ...others, period: next } })
    },
  ]
}

function Briefing({ city, areas }: { city: City; areas: AreaBundle }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const version = useVersion() ?? city.currentVersion
  const { shownIndex, hierarchy, above, select } = useSelection()
  const [periodName, setPeriodName] = usePeriodName()
  const scale = useScreenScale()
  const [controller, setController] = useState<MapController | null>(null)
  const [inset, setInset] = useState<Picture | null>(null)
  const base = useRoomScene()
  const toggleTheme = useToggleTheme()

  const children = childrenOf(areas, shownIndex, hierarchy)
  const childLevel = children.length > 0 ? levelAt(areas, children[0]).level : undefined
  // A city of several areas without a common parent has no root: then the page of none of them is the city's.
  const isCity = shownIndex === rootOf(areas)
  const areaId = isCity ? undefined : areas.id[shownIndex]
  const briefing = useBriefing(city, areaId, periodName, childLevel)
  const printing = usePrint(controller, inset, !briefing.isOld && briefing.total !== undefined, {
    areaId,
    filter: { period: periodName, version, hierarchy },
  })
  const leave = useAccess().leave('export')

  const values = useMemo(
    () =>
      briefing.children && briefing.children.level === childLevel
        ? areaValues(briefing.children, 'count')
        : null,
    [briefing.children, childLevel],
  )
  const scene = useMemo<MapScene>(() => {
    const shownLevel = childLevel ?? (shownIndex >= 0 ? levelAt(areas, shownIndex).level : 'city')
    const ownLayer = layerOfLevel[shownLevel]
    return {
      ...base,
      theme: printing.preparing ? 'light' : base.theme,
      level: { mode: 'pinned', level: shownLevel },
      values: values ? { [shownLevel]: values } : {},
      // Another city may have its districts in the administration: what the page counts is always drawn.
      layers: { ...layersOf[hierarchy], ...(ownLayer && { [ownLayer]: { visible: true, opacity: 1 } }) },
      selection: areaId === undefined ? nothing : { kind: 'area', areaId },
      padding,
    }
  }, [base, areas, shownIndex, childLevel, values, areaId, hierarchy, printing.preparing])

  const home = base.home ?? city.bounds
  useEffect(() => {
    if (!controller) return
    if (areaId !== undefined) controller.fit({ areaId })
    else if (home) controller.fit(home)
  }, [controller, areaId, home])

  const open = useCallback((id: number) => select({ kind: 'area', areaId: id }), [select])
  const goUp = () => select(above)
  useKeys({
    p: printing.print,
    t: toggleTheme,
    Escape: goUp,
  })

  return (
    <MapContext value={controller}>
      <DrillByClick onOpen={open} />
      <div className={styles.room} data-paper={printing.preparing} data-print={leave}>
        <p className={styles.unprintable}>{t('access.denied.print')}</p>
        <RoomBar where={<Breadcrumb />}>
          <Choice
            label={t('brief.periodTitle')}
            value={periodName}
            options={PERIOD_NAMES.map((each) => [each, t(`brief.period.${each}`)] as const)}
            onChange={setPeriodName}
          />
          {isCity && rootOf(areas) >= 0 && childrenOf(areas, rootOf(areas), 'patrol').length > 0 && (
            <Choice<Hierarchy>
              label={t('brief.by')}
              value={hierarchy}
              options={[
                ['administration', t('brief.byAdministration')],
                ['patrol', t('brief.byPatrol')],
              ]}
              onChange={(next) => select(nothing, { hierarchy: next })}
            />
          )}
          <button
            type="button"
            className={styles.print}
            onClick={printing.print}
            disabled={printing.preparing || leave === 'denied'}
            title={t(
              leave === 'denied'
                ? 'access.denied.print'
                : leave === 'purpose'
                  ? 'access.purpose.needed'
                  : briefing.isOld
                    ? 'fresh.printWaits'
                    : 'brief.printHint',
            )}
          >
            {t(printing.preparing ? 'brief.printPreparing' : 'brief.print')}
          </button>
          {printing.failed && <span role="alert">{t('access.export.failed')}</span>}
        </RoomBar>
        <div className={styles.spread}>
          <div className={styles.map}>
            <MapStage
              scene={scene}
              onController={setController}
              magnification={scale}
              label={t('rooms.brief')}
            />
            <div className={styles.inset}>
              <TownInset
                scene={scene}
                shown={isCity}
                onPick={open}
                onPicture={setInset}
                magnification={scale}
              />
            </div>
            {values && (
              <ClassRow
                title={t('brief.mapTitle', { level: levelNameOf(areas, children[0], language) })}
                values={values}
                theme={scene.theme}
                stale={briefing.isOld}
              />
            )}
            {printing.pictures?.map((picture, place) => (
              <img
                key={picture}
                className={place === 0 ? styles.picture : styles.insetPicture}
                src={picture}
                alt=""
              />
            ))}
          </div>
          <ReportPage
            key={areaId ?? 'city'}
            city={city}
            areas={areas}
            index={shownIndex}
            version={version}
            inside={children}
            briefing={briefing}
            lines={printing.lines}
            onOpen={open}
          />
        </div>
      </div>
    </MapContext>
  )
}

/** A click on the map opens the area under the pointer. */
function DrillByClick({ onOpen }: { onOpen: (areaId: number) => void }) {
  const listener = useCallback(
    (report: PointerReport) => {
      if (report.areaId !== null) onOpen(report.areaId)
    },
    [onOpen],
  )
  useMapEvent('click', listener)
  return null
}

interface ChoiceProps<Value extends string> {
  label: string
  value: Value
  options: readonly (readonly [Value, string])[]
  onChange: (value: Value) => void
}

/** Two or three words to choose from. */
function Choice<Value extends string>({ label, value, options, onChange }: ChoiceProps<Value>) {
  return (
    <fieldset className={styles.choice} aria-label={label}>
      {options.map(([each, text]) => (
        <button key={each} type="button" aria-pressed={each === value} onClick={() => onChange(each)}>
          {text}
        </button>
      ))}
    </fieldset>
  )
}
