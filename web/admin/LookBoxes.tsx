import { useEffect, useState } from 'react'
import type { MapController } from '../map/scene.ts'
import styles from './admin.module.css'

interface LookBoxesProps {
  controller: MapController | null
  /** Boxes [west, south, east, north], EPSG:4326, degrees. */
  boxes: readonly { id: number; box: readonly [number, number, number, number] }[]
}

/** The pieces of the map somebody had on screen, outlined over it; they move with the map. */
export function LookBoxes({ controller, boxes }: LookBoxesProps) {
  const [, setMoves] = useState(0)
  useEffect(() => controller?.on('view', () => setMoves((moves) => moves + 1)), [controller])
  if (!controller) return null
  return (
    <svg className={styles.boxes} aria-hidden="true" data-testid="look-boxes">
      {boxes.map(({ id, box: [west, south, east, north] }) => {
        const from = controller.project([west, north])
        const to = controller.project([east, south])
        return (
          <rect
            key={id}
            x={from.x}
            y={from.y}
            width={Math.max(0, to.x - from.x)}
            height={Math.max(0, to.y - from.y)}
          />
        )
      })}
    </svg>
  )
}
