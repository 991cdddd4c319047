import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLanguage, useTheme } from '../hooks/useView.ts'
import { classBreaks } from '../map/classBreaks.ts'
import { classOf, cssColor, rampColors } from '../map/colors.ts'
import { hoursOfBox, hoursPerDay, sortedHours } from '../state/weekHours.ts'
import { weekdayName } from './seriesText.ts'
import styles from './week.module.css'

interface WeekGridProps {
  /** 168 counts, hour 0 = Monday 00–01. */
  counts: readonly number[]
  /** What the colour shows: counts per time the hour came; null where it never came. */
  rates: readonly (number | null)[]
  /** The hours filtered to; undefined = all. */
  chosen: readonly number[] | undefined
  onChoose: (hours: readonly number[] | undefined) => void
  /** The hour pointed at, null for none: its words stand in the heading. */
  onPoint: (hour: number | null) => void
  /** How much of each hour another chart points at. */
  part: readonly number[] | null
}

interface Cell {
  day: number
  hour: number
}

const days = [0, 1, 2, 3, 4, 5, 6]
const hours = Array.from({ length: hoursPerDay }, (_, hour) => hour)
const weekHours = hoursOfBox([0, 6], [0, 23])
const classes = 6

/** Seven days by 24 hours. Dragging chooses a box, with Shift one more; days and hours choose their line. */
export function WeekGrid({ counts, rates, chosen, onChoose, onPoint, part }: WeekGridProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const theme = useTheme()
  const plot = useRef<HTMLDivElement>(null)
  const [anchor, setAnchor] = useState<Cell | null>(null)
  const [end, setEnd] = useState<Cell | null>(null)
  const breaks = classBreaks(
    rates.map((rate) => rate ?? Number.NaN),
    { method: 'equal', classes, limits: [] },
  )
  const colors = rampColors('sequential', breaks.length + 1, theme).map((color) => cssColor(color))
  const draft = anchor && end ? boxOf(anchor, end) : null
  const marked = new Set(draft ?? chosen)
  const most = Math.max(1, ...(part ?? []))

  const cellAt = (event: PointerEvent): Cell => {
    const box = plot.current?.getBoundingClientRect()
    if (!box) return { day: 0, hour: 0 }
    const place = (at: number, from: number, length: number, parts: number) =>
      Math.min(parts - 1, Math.max(0, Math.floor(((at - from) / length) * parts)))
    return {
      day: place(event.clientY, box.top, box.height, days.length),
      hour: place(event.clientX, box.left, box.width, hoursPerDay),
    }
  }
  /** A box replaces what was chosen; with Shift it is added; the same single hour again clears it. */
  const choose = (box: readonly number[], add: boolean) => {
    const next = sortedHours(add ? [...(chosen ?? []), ...box] : box)
    const same = chosen?.length === next.length && next.every((hour, at) => chosen[at] === hour)
    onChoose(same || next.length === counts.length ? undefined : next)
  }
  const release = (event: PointerEvent) => {
    if (draft) choose(draft, event.shiftKey)
    cancel()
  }
  const cancel = () => {
    setAnchor(null)
    setEnd(null)
  }
  const press = (event: KeyboardEvent) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key]
    const here = end ?? { day: 0, hour: 0 }
    if (step) {
      const next = {
        day: Math.min(6, Math.max(0, here.day + (end ? step[0] : 0))),
        hour: Math.min(23, Math.max(0, here.hour + (end ? step[1] : 0))),
      }
      setEnd(next)
      if (!event.shiftKey || !anchor) setAnchor(next)
      onPoint(next.day * hoursPerDay + next.hour)
    } else if (event.key === ' ' || event.key === 'Enter') {
      if (draft) choose(draft, event.ctrlKey)
    } else if (event.key === 'Escape' && (draft || chosen)) {
      if (!draft) onChoose(undefined)
      cancel()
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div className={styles.grid}>
      <div className={styles.hours}>
        {hours.map((hour) => (
          <button
            key={hour}
            type="button"
            tabIndex={-1}
            title={`${hour}:00–${hour + 1}:00`}
            onClick={(event) => choose(hoursOfBox([0, 6], [hour, hour]), event.shiftKey)}
          >
            {hour % 3 === 0 ? hour : ''}
          </button>
        ))}
      </div>
      <div className={styles.days}>
        {days.map((day) => (
          <button
            key={day}
            type="button"
            tabIndex={-1}
            onClick={(event) => choose(hoursOfBox([day, day], [0, 23]), event.shiftKey)}
          >
            {weekdayName(day, language)}
          </button>
        ))}
      </div>
      <div
        ref={plot}
        className={styles.plot}
        role="slider"
        tabIndex={0}
        aria-label={t('analysis.week.label')}
        aria-valuemin={0}
        aria-valuemax={167}
        aria-valuenow={end ? end.day * hoursPerDay + end.hour : 0}
        aria-valuetext={
          end
            ? `${weekdayName(end.day, language)} ${end.hour}:00, ${counts[end.day * hoursPerDay + end.hour]}`
            : undefined
        }
        data-testid="week-grid"
        onKeyDown={press}
        onBlur={cancel}
        onPointerDown={(event) => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          const cell = cellAt(event)
          setAnchor(cell)
          setEnd(cell)
        }}
        onPointerMove={(event) => {
          const cell = cellAt(event)
          onPoint(cell.day * hoursPerDay + cell.hour)
          if (anchor && event.buttons > 0) setEnd(cell)
        }}
        onPointerUp={release}
        onPointerCancel={cancel}
        onPointerLeave={() => onPoint(null)}
      >
        {weekHours.map((hour) => {
          const rate = rates[hour]
          return (
            <i
              key={hour}
              data-never={rate === null}
              data-out={marked.size > 0 && !marked.has(hour)}
              data-marked={marked.has(hour)}
              style={rate === null ? undefined : { background: colors[classOf(rate, breaks)] }}
            >
              {part && part[hour] > 0 && (
                // Its area, not its side, stands for the count.
                <b data-part={part[hour]} style={{ width: `calc(100% * sqrt(${part[hour] / most}))` }} />
              )}
            </i>
          )
        })}
      </div>
    </div>
  )
}

function boxOf(a: Cell, b: Cell): number[] {
  return hoursOfBox([a.day, b.day], [a.hour, b.hour])
}
