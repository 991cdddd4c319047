import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { areaIndexOf } from '../../geodata/areaBundle.ts'
import { useAreas } from '../hooks/useAreas.ts'
import { useLayers } from '../hooks/useLayers.ts'
import { useLanguage, useTheme } from '../hooks/useView.ts'
import { bordersLegend } from '../layers/borders.ts'
import { camerasLegend } from '../layers/cameras.ts'
import { groundLegend } from '../layers/ground.ts'
import { incidentsLegend } from '../layers/incidents.ts'
import { liveIncidentsLegend } from '../layers/liveIncidents.ts'
import { patrolRoutesLegend } from '../layers/patrolRoutes.ts'
import { placesLegend } from '../layers/places.ts'
import { unitsLegend } from '../layers/units.ts'
import { Atlas } from '../map/gl/Atlas.ts'
import type { LegendEntry, LegendItem, PatrolRoutePath } from '../map/scene.ts'
import styles from './symbolLegend.module.css'

/** Side of the canvas the symbols are drawn on, device pixels; enough for every symbol of one theme. */
const atlasSide = 512

/** What every mark of the visible layers means; folded away until asked for. */
export function SymbolLegend({ patrolRoutes }: { patrolRoutes: readonly PatrolRoutePath[] }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <section className={styles.section}>
      <button type="button" className={styles.head} aria-expanded={open} onClick={() => setOpen(!open)}>
        <span>{t('layers.legend')}</span>
        <span>{open ? '▴' : '▾'}</span>
      </button>
      {open && <Entries patrolRoutes={patrolRoutes} />}
    </section>
  )
}

function Entries({ patrolRoutes }: { patrolRoutes: readonly PatrolRoutePath[] }) {
  const language = useLanguage()
  const theme = useTheme()
  const { data: bundle } = useAreas()
  const { stateOf } = useLayers()
  const entries = useMemo((): LegendEntry[] => {
    const atlas = new Atlas(atlasSide, 2)
    const squadName = (squadId: number) => {
      const index = bundle ? areaIndexOf(bundle, squadId) : -1
      return bundle && index >= 0
        ? { zh: bundle.nameZh[index], en: bundle.nameEn[index] }
        : { zh: String(squadId), en: String(squadId) }
    }
    return [
      liveIncidentsLegend(atlas, theme),
      unitsLegend(atlas, theme),
      incidentsLegend(atlas, theme),
      camerasLegend(atlas, theme),
      patrolRoutesLegend(patrolRoutes, squadName),
      placesLegend('posts', atlas, theme),
      placesLegend('centres', atlas, theme),
      placesLegend('sites', atlas, theme),
      ...(bundle ? bordersLegend(bundle, theme) : []),
      ...groundLegend(theme),
    ]
  }, [theme, bundle, patrolRoutes])
  return entries
    .filter((entry) => stateOf(entry.layer).visible && entry.items.length > 0)
    .map((entry) => (
      <ul key={entry.layer} className={styles.items} aria-label={entry.title[language]}>
        {entry.items.map((item) => (
          <li key={item.label.zh} className={styles.item}>
            <Mark item={item} />
            {item.label[language]}
          </li>
        ))}
      </ul>
    ))
}

function Mark({ item }: { item: LegendItem }) {
  switch (item.mark) {
    case 'icon':
      return item.icon ? (
        <img
          className={styles.icon}
          src={item.icon}
          alt=""
          style={{ width: item.width, height: item.width }}
        />
      ) : null
    case 'line':
    case 'dashed':
    case 'outline':
      return (
        <span
          className={styles.line}
          style={{
            borderTopColor: item.color,
            borderTopStyle: item.mark === 'dashed' ? 'dashed' : 'solid',
            borderTopWidth: Math.max(1, item.width ?? 1),
          }}
        />
      )
    case 'fill':
    case 'hatch':
      return <span className={styles.fill} style={{ background: item.color }} />
  }
}
