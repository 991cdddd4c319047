import { Button, Checkbox, Select, Slider } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAccess } from '../hooks/useAccess.ts'
import { useAreaFacts, useAreas, useGround } from '../hooks/useAreas.ts'
import type { useAreaValues } from '../hooks/useAreaValues.ts'
import { useDisputeOffers } from '../hooks/useDisputes.ts'
import type { Hotspots } from '../hooks/useHotspots.ts'
import { useKinds } from '../hooks/useKinds.ts'
import { useLayers } from '../hooks/useLayers.ts'
import { usePatrols } from '../hooks/usePatrols.ts'
import { useChangeView, useLanguage, useView } from '../hooks/useView.ts'
import { type LayerId, layerIds, type PatrolRoutePath } from '../map/scene.ts'
import { countRights } from '../state/access.ts'
import { rootOf } from '../state/areaTree.ts'
import { firstLevel, offersOf } from '../state/disputePeriods.ts'
import { layerLevel } from '../state/layerLevels.ts'
import { layerRights } from '../state/layerRights.ts'
import { offeredMeasures } from '../state/measures.ts'
import { askPurpose } from '../state/purpose.ts'
import { Count } from '../ui/Count.tsx'
import { listText } from '../ui/listText.ts'
import { formatCount, formatSetting } from '../ui/numbers.ts'
import { Panel } from '../ui/Panel.tsx'
import { NumbersOf } from '../ui/Provenance.tsx'
import { HotspotSection } from './HotspotSection.tsx'
import { Legend } from './Legend.tsx'
import styles from './layerPanel.module.css'
import { SymbolLegend } from './SymbolLegend.tsx'

const groups = [
  { name: 'live', layers: ['liveIncidents', 'units'] },
  { name: 'incidents', layers: ['incidents', 'heatmap', 'hexagons'] },
  { name: 'things', layers: ['cameras', 'patrolRoutes', 'posts', 'centres', 'sites'] },
  { name: 'areas', layers: ['districts', 'squads', 'townships', 'villages', 'grids', 'microGrids'] },
  { name: 'base', layers: ['roads', 'water', 'blocks', 'relief', 'labels'] },
] as const satisfies readonly { name: string; layers: readonly LayerId[] }[]

interface LayerPanelProps {
  open: boolean
  onToggle: () => void
  /** The level the choropleth shows. */
  level: string | null
  area: ReturnType<typeof useAreaValues>
  /** Incidents asked for in this view. */
  inView: { total: number; truncated: boolean; id: readonly number[] } | undefined
  cameraCount: number | undefined
  patrolRoutes: readonly PatrolRoutePath[]
  hotspots: Hotspots
}

/** What the map shows: the legend first, because it explains the colours, then every layer with its switch and opacity. */
export function LayerPanel({
  open,
  onToggle,
  level,
  area,
  inView,
  cameraCount,
  patrolRoutes,
  hotspots,
}: LayerPanelProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { changed } = useLayers()
  const changeView = useChangeView()
  const absent = useAbsentLayers()
  const counted = useAccess().can(...countRights)
  const incidentsNote = ({ total, truncated, id }: NonNullable<typeof inView>) =>
    truncated
      ? t('layers.inView', { shown: formatCount(id.length, language), total: formatCount(total, language) })
      : formatCount(total, language)
  if (!open) {
    return (
      <Button className={styles.closed} size="large" onClick={onToggle} title={t('keys.layers')}>
        {t('layers.title')} ▸
      </Button>
    )
  }
  return (
    <Panel className={styles.panel} label={t('layers.title')}>
      <header className={styles.head}>
        <h2>{t('layers.title')}</h2>
        <span>
          {changed && (
            <Button
              type="text"
              size="small"
              onClick={() => changeView({ layers: undefined }, { replace: true })}
            >
              {t('layers.reset')}
            </Button>
          )}
          <Button
            type="text"
            className={styles.fold}
            onClick={onToggle}
            aria-label={t('layers.collapse')}
            title={t('layers.collapse')}
          >
            ◂
          </Button>
        </span>
      </header>
      <div className={styles.scroll}>
        {counted ? (
          <>
            <ColourChoice />
            {/* One scale at a time: hotspots take the colours of the areas. */}
            {!hotspots.colours && <Legend level={level} area={area} />}
            <HotspotSection hotspots={hotspots} />
          </>
        ) : (
          <p className={styles.denied} data-testid="no-numbers">
            {t('access.numbersDenied')}
          </p>
        )}
        {groups.map((group) => (
          <LayerGroup
            key={group.name}
            name={group.name}
            layers={group.layers.filter((layer) => !absent.has(layer))}
            startsOpen={group.name !== 'areas' && group.name !== 'base'}
            notes={{
              incidents: inView && incidentsNote(inView),
              cameras: cameraCount,
            }}
          />
        ))}
        <SymbolLegend patrolRoutes={patrolRoutes} />
      </div>
    </Panel>
  )
}

/** Layers the city has nothing for: their switches would do nothing. Unknown counts as present. */
function useAbsentLayers(): ReadonlySet<LayerId> {
  const { data: bundle } = useAreas()
  const ground = useGround().data
  const root = bundle ? rootOf(bundle) : -1
  const facts = useAreaFacts(bundle && root >= 0 ? bundle.id[root] : undefined).data
  const patrols = usePatrols().data
  return useMemo(() => {
    const absent = new Set<LayerId>()
    const unless = (layer: LayerId, present: boolean) => {
      if (!present) absent.add(layer)
    }
    if (bundle) {
      const levels = new Set(bundle.levels.map((level) => level.level))
      for (const layer of layerIds) {
        const level = layerLevel[layer]
        if (level !== undefined && !levels.has(level)) absent.add(layer)
      }
    }
    if (ground) {
      unless('roads', ground.roads.count > 0)
      unless('water', ground.water.count > 0)
      unless('blocks', ground.blocks.count > 0)
      unless('sites', ground.sites.count > 0)
    }
    if (facts) {
      if (facts.cameras) unless('cameras', facts.cameras.total > 0)
      const holds = (...categories: string[]) =>
        facts.places.some((place) => categories.includes(place.category))
      unless('posts', holds('post'))
      unless('centres', holds('centre', 'hall'))
    }
    if (patrols) {
      unless(
        'patrolRoutes',
        patrols.districts.some((district) => district.squads.some((squad) => squad.routes.length > 0)),
      )
    }
    return absent
  }, [bundle, ground, facts, patrols])
}

/** By which level the areas are coloured, and by what. */
function ColourChoice() {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: bundle } = useAreas()
  const pinned = useView((view) => view.level)
  const { disputes, types } = useKinds()
  const offers = useDisputeOffers()
  const wanted = useView((view) => view.measure) ?? 'count'
  const measure = offeredMeasures(disputes).includes(wanted) ? wanted : 'count'
  const changeView = useChangeView()
  if (!bundle) return null
  return (
    <div className={styles.choice}>
      <Select
        size="middle"
        aria-label={t('layers.level')}
        title={t('layers.level')}
        value={pinned ?? (disputes ? firstLevel(offers, types) : '') ?? ''}
        options={[
          // Disputes are not shown as finely as the zoom would.
          ...(disputes ? [] : [{ value: '', label: t('layers.levelByZoom') }]),
          ...bundle.levels
            .filter((level) => level.rank > 0 || bundle.levels.length === 1)
            .filter((level) => !disputes || offersOf(offers, level.level, types).length > 0)
            .map((level) => ({ value: level.level, label: level.name[language] })),
        ]}
        onChange={(level) => changeView({ level: level === '' ? undefined : level })}
      />
      <Select
        size="middle"
        aria-label={t('layers.measure')}
        title={t('layers.measure')}
        value={measure}
        popupMatchSelectWidth={false}
        options={offeredMeasures(disputes).map((each) => ({
          value: each,
          label: t(`analysis.measure.${each}`),
        }))}
        onChange={(next) => changeView({ measure: next === 'count' ? undefined : next, classes: undefined })}
      />
    </div>
  )
}

interface LayerGroupProps {
  name: (typeof groups)[number]['name']
  layers: readonly LayerId[]
  startsOpen: boolean
  notes: Partial<Record<LayerId, string | number | undefined>>
}

function LayerGroup({ name, layers, startsOpen, notes }: LayerGroupProps) {
  const { t } = useTranslation()
  const { stateOf, leaveOf } = useLayers()
  const nameOf = useLayerName()
  const language = useLanguage()
  const [open, setOpen] = useState(startsOpen)
  const denied = layers.filter((layer) => leaveOf(layer) === 'denied')
  const offered = layers.filter((layer) => leaveOf(layer) !== 'denied')
  if (layers.length === 0) return null
  return (
    <section className={styles.group}>
      <button type="button" className={styles.groupHead} aria-expanded={open} onClick={() => setOpen(!open)}>
        <span>{t(`layers.group.${name}`)}</span>
        <span className={styles.soft}>
          {offered.length > 0 &&
            t('layers.visibleOf', {
              count: offered.filter((layer) => stateOf(layer).visible).length,
              all: offered.length,
            })}{' '}
          {open ? '▴' : '▾'}
        </span>
      </button>
      {open && offered.map((layer) => <LayerRow key={layer} layer={layer} note={notes[layer]} />)}
      {open && denied.length > 0 && (
        <p className={styles.denied}>
          {t('access.layers.denied', { layers: listText(denied.map(nameOf), language) })}
        </p>
      )}
    </section>
  )
}

/** Layers of areas are called as the city calls its levels. */
function useLayerName(): (layer: LayerId) => string {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: bundle } = useAreas()
  return (layer) =>
    bundle?.levels.find((each) => each.level === layerLevel[layer])?.name[language] ??
    t(`layers.name.${layer}`)
}

function LayerRow({ layer, note }: { layer: LayerId; note: string | number | undefined }) {
  const { t } = useTranslation()
  const { stateOf, setLayer, leaveOf } = useLayers()
  const nameOf = useLayerName()
  const [tuning, setTuning] = useState(false)
  const state = stateOf(layer)
  if (leaveOf(layer) === 'purpose') {
    return (
      <div className={styles.row}>
        <Checkbox className={styles.check} disabled checked={false} data-testid={`layer-${layer}`}>
          {nameOf(layer)}
        </Checkbox>
        <button
          type="button"
          className={styles.purpose}
          title={t('access.purpose.point')}
          onClick={() => askPurpose(layerRights[layer] ?? [])}
          data-testid={`purpose-${layer}`}
        >
          {t('access.purpose.choose')}
        </button>
      </div>
    )
  }
  return (
    <div className={styles.layer}>
      <div className={styles.row}>
        <Checkbox
          className={styles.check}
          checked={state.visible}
          onChange={(event) => setLayer(layer, { visible: event.target.checked })}
          data-testid={`layer-${layer}`}
        >
          {nameOf(layer)}
        </Checkbox>
        {note !== undefined && state.visible && (
          <span className={styles.note}>
            {typeof note === 'number' ? (
              <NumbersOf counted={t('number.of.layers')} source="map">
                <Count value={note} />
              </NumbersOf>
            ) : (
              note
            )}
          </span>
        )}
        <button
          type="button"
          className={styles.tune}
          aria-expanded={tuning}
          disabled={!state.visible}
          title={t('layers.opacity')}
          aria-label={`${t('layers.opacity')} ${formatSetting(state.opacity * 100)}`}
          onClick={() => setTuning(!tuning)}
        >
          <svg width="28" height="4" aria-hidden="true">
            <rect width="28" height="4" rx="2" fill="var(--line)" />
            <rect width={28 * state.opacity} height="4" rx="2" fill="var(--ink-soft)" />
          </svg>
        </button>
      </div>
      {tuning && state.visible && (
        <Slider
          className={styles.slider}
          min={10}
          max={100}
          step={5}
          value={Math.round(state.opacity * 100)}
          tooltip={{ formatter: (value) => formatSetting(value ?? 0) }}
          ariaLabelForHandle={t('layers.opacity')}
          onChange={(value) => setLayer(layer, { opacity: value / 100 })}
        />
      )}
    </div>
  )
}
