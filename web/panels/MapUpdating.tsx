import { useWindow } from '../hooks/useCity.ts'
import type { Span } from '../state/timeWindow.ts'
import { Updating } from '../ui/Kept.tsx'
import { formatSpan } from '../ui/Provenance.tsx'
import styles from './mapUpdating.module.css'

interface MapUpdatingProps {
  /** The colours of the map still answer for the window before. */
  stale: boolean
  /** That window. */
  span: Span | undefined
  half?: boolean
}

/** A veil over colours that are about to change, with the window they are of. */
export function MapUpdating({ stale, span, half = false }: MapUpdatingProps) {
  const timeZone = useWindow()?.timeZone
  if (!stale) return null
  return (
    <div className={styles.veil} data-half={half} aria-busy="true" data-testid="map-updating">
      <p className={styles.words}>
        <Updating /> {span && timeZone !== undefined && formatSpan(span, timeZone)}
      </p>
    </div>
  )
}
