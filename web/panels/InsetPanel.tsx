import { useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useMapController } from '../hooks/useMapController.ts'
import { useScreenScale } from '../hooks/useScreenScale.ts'
import type { Bounds, MapScene, MapView } from '../map/scene.ts'
import { TownInset } from '../map/TownInset.ts'
import { townBounds } from '../state/townBounds.ts'
import styles from './insetPanel.module.css'

/** The inset is of use while the town takes less than this share of the view's width. */
const smallShare = 0.25

interface InsetPanelProps {
  scene: MapScene
  view: MapView | null
  /** The level the map shows now; it may change while the view rests. */
  level: string | null
  /** True where what lies below it is higher than the axis of time. */
  raised?: boolean
}

/** In an overview: the few square kilometres where most people live, at their own scale; a click flies there. */
export function InsetPanel({ scene, view, level, raised = false }: InsetPanelProps) {
  const { areas } = scene
  const town = useMemo(() => (areas ? townBounds(areas) : null), [areas])
  const shown = useMemo(() => view && { ...view, level }, [view, level])
  const unit = useScreenScale()
  if (!town || !shown || (scene.home && apart(town, scene.home))) return null
  const overview = town[2] - town[0] < smallShare * (shown.bounds[2] - shown.bounds[0])
  return overview ? <Inset key={unit} unit={unit} scene={scene} view={shown} raised={raised} /> : null
}

/** True where two boxes have no ground in common: the town is not the viewer's. */
function apart(one: Bounds, other: Bounds): boolean {
  return one[0] > other[2] || one[2] < other[0] || one[1] > other[3] || one[3] < other[1]
}

interface InsetProps {
  unit: number
  scene: MapScene
  view: MapView
  raised: boolean
}

function Inset({ unit, scene, view, raised }: InsetProps) {
  const { t } = useTranslation()
  const controller = useMapController()
  const container = useRef<HTMLDivElement>(null)
  const inset = useRef<TownInset | null>(null)
  useEffect(() => {
    if (!container.current || !controller) return
    const made = new TownInset(container.current, () => controller.fitCity(), { unit })
    inset.current = made
    return () => {
      inset.current = null
      made.destroy()
    }
  }, [controller, unit])
  useEffect(() => inset.current?.update(scene, view), [scene, view])
  return (
    <figure className={styles.inset} data-raised={raised} title={t('inset.hint')}>
      <div ref={container} className={styles.picture} />
      <figcaption className={styles.title}>{t('inset.title')}</figcaption>
    </figure>
  )
}
