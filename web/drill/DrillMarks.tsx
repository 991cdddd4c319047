import { useCallback, useEffect, useRef } from 'react'
import { useMapController } from '../hooks/useMapController.ts'
import styles from './drill.module.css'
import type { DrillRoom } from './useDrill.ts'

/**
 * What a drill makes up, on the map: plain marks of the page over it, so that nothing of a drill ever goes through the
 * layers of what is real. A unit stands where it was last said to have answered.
 */
export function DrillMarks({ room }: { room: DrillRoom }) {
  const controller = useMapController()
  const marks = useRef(new Map<string, HTMLElement>())
  const places = useRef(new Map<string, [number, number]>())
  const put = useCallback(() => {
    if (!controller) return
    for (const [key, element] of marks.current) {
      const place = places.current.get(key)
      if (!place) continue
      const { x, y } = controller.project(place)
      element.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`
    }
  }, [controller])
  const shown = marksOf(room)
  places.current = new Map(shown.map(({ key, point }) => [key, point]))
  useEffect(() => {
    put()
  })
  useEffect(() => controller?.on('view', put), [controller, put])
  const keep = (key: string) => (element: HTMLElement | null) => {
    if (element) marks.current.set(key, element)
    else marks.current.delete(key)
  }
  return (
    <div className={styles.marks} aria-hidden="true">
      {shown.map(({ key, label, kind, done }) => (
        <span key={key} ref={keep(key)} className={styles.markAt}>
          <span className={kind === 'inject' ? styles.injectMark : styles.unitMark} data-done={done}>
            {label}
          </span>
        </span>
      ))}
    </div>
  )
}

interface Mark {
  key: string
  kind: 'inject' | 'unit'
  label: string
  point: [number, number]
  /** Nothing is open there any more. */
  done: boolean
}

export function marksOf({ injects, units }: Pick<DrillRoom, 'injects' | 'units'>): Mark[] {
  const answered = injects
    .flatMap((inject) => inject.expected.map((each) => ({ inject, ...each })))
    .filter(({ respondedAt }) => respondedAt !== null)
    .sort((a, b) => Date.parse(a.respondedAt ?? '') - Date.parse(b.respondedAt ?? ''))
  return [
    ...injects.map((inject) => ({
      key: `inject ${inject.code}`,
      kind: 'inject' as const,
      label: inject.code,
      point: [inject.lng, inject.lat] as [number, number],
      done: inject.expected.every(({ respondedAt }) => respondedAt !== null),
    })),
    ...units.map((unit, number) => {
      const last = answered.findLast(({ unitNumber }) => unitNumber === number)?.inject
      // Beside the inject, not upon it.
      const point: [number, number] = last ? [last.lng + 0.0004, last.lat] : [unit.lng, unit.lat]
      return { key: `unit ${number}`, kind: 'unit' as const, label: unit.callSign, point, done: false }
    }),
  ]
}
