import { useCallback, useEffect, useMemo, useRef } from 'react'
import { placeOnWay } from '../../geodata/drillWay.ts'
import { useMapController } from '../hooks/useMapController.ts'
import styles from './drill.module.css'
import { type DrillRoom, drillClock } from './useDrill.ts'

/**
 * What a drill makes up, on the map: plain marks of the page over it, so that nothing of a drill ever goes through the
 * layers of what is real. A unit drives along its way frame by frame; one that was sent nowhere stands where it was last said to
 * have answered.
 * @param heardAt When the server answered, epoch milliseconds of this browser's clock.
 */
export function DrillMarks({ room, heardAt }: { room: DrillRoom; heardAt: number }) {
  const controller = useMapController()
  const marks = useRef(new Map<string, HTMLElement>())
  const places = useRef(new Map<string, [number, number]>())
  const put = useCallback(() => {
    if (!controller) return
    const written: Label[] = []
    for (const [key, element] of marks.current) {
      const place = places.current.get(key)
      const label = element.firstElementChild
      if (!place || !(label instanceof HTMLElement)) continue
      const { x, y } = controller.project(place)
      const mark = below(written, { x, y, width: label.offsetWidth, height: label.offsetHeight })
      written.push(mark)
      element.style.transform = `translate(${Math.round(mark.x)}px, ${Math.round(mark.y)}px)`
    }
  }, [controller])
  const shown = useMemo(() => marksOf(room), [room])
  useEffect(() => {
    places.current = new Map(shown.map(({ key, point }) => [key, point]))
    let frame = 0
    const step = () => {
      const driving = driveOn(room, drillClock(room, heardAt, Date.now()), places.current)
      put()
      if (driving) frame = requestAnimationFrame(step)
    }
    step()
    return () => cancelAnimationFrame(frame)
  }, [shown, room, heardAt, put])
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

/** A label by its middle and its size, CSS pixels. */
interface Label {
  x: number
  y: number
  width: number
  height: number
}

/** The label moved down until it lies on none of those written before: who stands in one place is read all the same. */
export function below(written: readonly Label[], mark: Label): Label {
  const on = written.find(
    ({ x, y, width, height }) =>
      Math.abs(x - mark.x) < (width + mark.width) / 2 && Math.abs(y - mark.y) < (height + mark.height) / 2,
  )
  return on ? below(written, { ...mark, y: on.y + (on.height + mark.height) / 2 }) : mark
}

/** Seconds of the scenario since a unit was sent, at an instant of the server's clock. */
export function drivenFor({ sentAt }: DrillRoom['sends'][number], pace: number, at: number): number {
  return Math.max(0, ((at - Date.parse(sentAt)) / 1000) * pace)
}

/** Puts units that were sent somewhere where they are at an instant. @returns whether any is still on its way. */
function driveOn(room: DrillRoom, at: number, places: Map<string, [number, number]>): boolean {
  let driving = false
  for (const send of room.sends) {
    const seconds = drivenFor(send, room.pace, at)
    places.set(`unit ${send.unitNumber}`, placeOnWay(send.way, seconds))
    if (!room.over && seconds < send.way.s[send.way.s.length - 1]) driving = true
  }
  return driving
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
