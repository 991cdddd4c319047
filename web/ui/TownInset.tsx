import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MapController, MapScene } from '../map/scene.ts'
import { TownInset as InsetPicture } from '../map/TownInset.ts'
import { townBounds } from '../state/townBounds.ts'
import styles from './mapStage.module.css'

/** A picture that can be taken along, to paper for one. */
export type Picture = Pick<MapController, 'snapshot' | 'snapshotNow'>

interface TownInsetProps {
  /** What the large map shows; the inset shows the same at the town's own scale. */
  scene: MapScene
  /** False hides it. */
  shown: boolean
  /** A click on an area of the inset; without it the inset only shows. */
  onPick?: (areaId: number) => void
  /** The picture while it is shown, else null. */
  onPicture?: (picture: Picture | null) => void
  magnification?: number
}

/**
 * The densest half of the people at a scale of their own. In the demo city they live in three per cent of the picture,
 * so every overview carries this second view. Drawn without a drawing context of its own, which browsers count. Shows
 * nothing where the town is the city.
 */
export function TownInset({ scene, shown, onPick, onPicture, magnification = 1 }: TownInsetProps) {
  const { t } = useTranslation()
  const container = useRef<HTMLDivElement>(null)
  const [picture, setPicture] = useState<InsetPicture | null>(null)
  const { areas } = scene
  const town = useMemo(() => (areas ? townBounds(areas) : null), [areas])
  const visible = shown && town !== null
  const pick = useEffectEvent((areaId: number | null) => {
    if (areaId !== null) onPick?.(areaId)
  })
  const hand = useEffectEvent((made: Picture | null) => onPicture?.(made))

  useEffect(() => {
    if (!container.current || !visible) return
    const made = new InsetPicture(container.current, (_, areaId) => pick(areaId), {
      detailed: true,
      unit: magnification,
    })
    setPicture(made)
    hand(made)
    return () => {
      setPicture(null)
      hand(null)
      made.destroy()
    }
  }, [visible, magnification])
  useEffect(() => picture?.update(scene, null), [picture, scene])

  return (
    <figure className={styles.inset} data-shown={visible} data-pickable={onPick !== undefined}>
      <div ref={container} className={styles.insetPicture} />
      <figcaption className={styles.insetTitle}>{t('inset.title')}</figcaption>
    </figure>
  )
}
