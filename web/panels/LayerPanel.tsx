import { Button, Checkbox, Select, Slider } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAreas } from '../hooks/useAreas.ts'
import type { useAreaValues } from '../hooks/useAreaValues.ts'
import { useLayers } from '../hooks/useLayers.ts'
import { useChangeView, useLanguage, useView } from '../hooks/useView.ts'
import type { LayerId } from '../map/scene.ts'
import { layerLevel } from '../state/layerLevels.ts'
import { formatCount } from '../ui/numbers.ts'
import { Panel } from '../ui/Panel.tsx'
import { Legend } from './Legend.tsx'
import styles from './layerPanel.module.css'

const groups = [
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
}

/** What the map shows: the legend first, because it explains the colours, then every layer with its switch and opacity. */
export function LayerPanel({ open, onToggle, level, area, inView, cameraCount }: LayerPanelProps) {
  const { t } = useTranslation()
  const { changed } = useLayers()
  const changeView = useChangeView()
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
        <ColourChoice />
        <Legend level={level} area={area} />
        {groups.map((group) => (
          <LayerGroup
            key={group.name}
            name={group.name}
            layers={group.layers}
            startsOpen={group.name === 'incidents' || group.name === 'things'}
            notes={{
              incidents: inView && t('layers.inView', { shown: inView.id.length, total: inView.total }),
              cameras: cameraCount,
            }}
          />
        ))}
      </div>
    </Panel>
  )
}

/** By which level the areas are coloured, and by what. */
function ColourChoice() {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: bundle } = useAreas()
  const pinned = useView((view) => view.level)
  const measure = useView((view) => view.measure) ?? 'count'
  const changeView = useChangeView()
  if (!bundle) return null
  return (
    <div className={styles.choice}>
      <Select
        size="middle"
        aria-label={t('layers.level')}
        title={t('layers.level')}
        value={pinned ?? ''}
        options={[
          { value: '', label: t('layers.levelByZoom') },
          ...bundle.levels
            .filter((level) => level.rank > 0 || bundle.levels.length === 1)
            .map((level) => ({ value: level.level, label: level.name[language] })),
        ]}
        onChange={(level) => changeView({ level: level === '' ? undefined : level })}
      />
      <Select
        size="middle"
        aria-label={t('layers.measure')}
        title={t('layers.measure')}
        value={measure}
        options={[
          { value: 'count' as const, label: t('layers.count') },
          { value: 'change' as const, label: t('layers.change') },
        ]}
        onChange={(next) => changeView({ measure: next === 'count' ? undefined : next })}
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
  const { stateOf } = useLayers()
  const { data: bundle } = useAreas()
  const [open, setOpen] = useState(startsOpen)
  const present = useMemo(() => {
    const levels = new Set(bundle?.levels.map((level) => level.level))
    return layers.filter((layer) => !layerLevel[layer] || levels.has(layerLevel[layer]))
  }, [layers, bundle])
  if (present.length === 0) return null
  return (
    <section className={styles.group}>
      <button type="button" className={styles.groupHead} aria-expanded={open} onClick={() => setOpen(!open)}>
        <span>{t(`layers.group.${name}`)}</span>
        <span className={styles.soft}>
          {present.filter((layer) => stateOf(layer).visible).length}/{present.length} {open ? '▴' : '▾'}
        </span>
      </button>
      {open && present.map((layer) => <LayerRow key={layer} layer={layer} note={notes[layer]} />)}
    </section>
  )
}

function LayerRow({ layer, note }: { layer: LayerId; note: string | number | undefined }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: bundle } = useAreas()
  const { stateOf, setLayer } = useLayers()
  const [tuning, setTuning] = useState(false)
  const state = stateOf(layer)
  const level = bundle?.levels.find((each) => each.level === layerLevel[layer])
  return (
    <div className={styles.layer}>
      <div className={styles.row}>
        <Checkbox
          className={styles.check}
          checked={state.visible}
          onChange={(event) => setLayer(layer, { visible: event.target.checked })}
          data-testid={`layer-${layer}`}
        >
          {level?.name[language] ?? t(`layers.name.${layer}`)}
        </Checkbox>
        {note !== undefined && state.visible && (
          <span className={styles.note}>{typeof note === 'number' ? formatCount(note, language) : note}</span>
        )}
        <button
          type="button"
          className={styles.tune}
          aria-expanded={tuning}
          disabled={!state.visible}
          title={t('layers.opacity')}
          aria-label={`${t('layers.opacity')} ${Math.round(state.opacity * 100)} %`}
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
          tooltip={{ formatter: (value) => `${value} %` }}
          ariaLabelForHandle={t('layers.opacity')}
          onChange={(value) => setLayer(layer, { opacity: value / 100 })}
        />
      )}
    </div>
  )
}
