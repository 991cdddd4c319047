import { Button, Segmented } from 'antd'
import { type KeyboardEvent, type PointerEvent, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSeries } from '../hooks/useAggregates.ts'
import { useAreas } from '../hooks/useAreas.ts'
import { useWindow, type WindowOfView } from '../hooks/useCity.ts'
import { useCounted } from '../hooks/useCounted.ts'
import { useHours } from '../hooks/useHours.ts'
import { useCountable } from '../hooks/useJurisdiction.ts'
import { useKinds } from '../hooks/useKinds.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useChangeView, useLanguage } from '../hooks/useView.ts'
import { answeredSpan } from '../state/answeredSpan.ts'
import { dayMs, type Span } from '../state/timeWindow.ts'
import { formatDate, instantAt, startOfNextDay, wallClockAt } from '../state/zonedTime.ts'
import { Updating } from '../ui/Kept.tsx'
import { formatCount } from '../ui/numbers.ts'
import { NumbersOf } from '../ui/Provenance.tsx'
import { Told } from '../ui/Told.tsx'
import styles from './timeAxis.module.css'

const extents = ['quarter', 'year', 'all'] as const
type Extent = (typeof extents)[number]

const buckets = { quarter: 'day', year: 'day', all: 'week' } as const

/** What the axis spans. Everything ends with the day of the as-of; "all" reaches three years back. */
function domainOf(extent: Extent, { asOf, timeZone }: WindowOfView): Span {
  const end = wallClockAt(asOf, timeZone).startOf('day').add(1, 'day')
  const start =
    extent === 'quarter' ? end.subtract(91, 'day') : end.subtract(extent === 'year' ? 1 : 3, 'year')
  return { from: instantAt(start, timeZone), to: asOf }
}

/** The extent in which the window is neither a speck nor cut off. */
function extentFor({ span, asOf }: WindowOfView): Extent {
  const back = asOf - span.from
  return back <= 45 * dayMs ? 'quarter' : back <= 366 * dayMs ? 'year' : 'all'
}

/** Counts over time, with a brush: drag to choose a window, double-click for the default. */
interface TimeAxisProps {
  onPlay: () => void
  onCompare: () => void
  /** Absent: nothing single may be seen. */
  onReplay?: () => void
}

export function TimeAxis(actions: TimeAxisProps) {
  const window = useWindow()
  return window ? <Axis window={window} {...actions} /> : null
}

function Axis({ window, onPlay, onCompare, onReplay }: TimeAxisProps & { window: WindowOfView }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const changeView = useChangeView()
  const { codes, disputes } = useKinds()
  const { counted, source } = useCounted()
  const { data: bundle } = useAreas()
  const { areaIndex } = useSelection()
  const [chosen, setChosen] = useState<Extent | null>(null)
  const extent = chosen ?? extentFor(window)
  const domain = useMemo(() => domainOf(extent, window), [extent, window])
  const bucket = buckets[extent]
  const countable = useCountable()
  const selectedId = bundle && areaIndex >= 0 ? bundle.id[areaIndex] : undefined
  // Of an area that is not the viewer's there is no series: then all that is.
  const areaId = countable(selectedId) ? selectedId : undefined
  const series = useSeries({
    areaId,
    bucket,
    span: domain,
    kinds: codes,
    hours: useHours(),
    enabled: !disputes,
  })
  const [draft, setDraft] = useState<Span | null>(null)
  const [pointed, setPointed] = useState<number | null>(null)
  const anchor = useRef<number | null>(null)
  const plot = useRef<HTMLDivElement>(null)

  const data = series.data
  const length = domain.to - domain.from
  const shown = draft ?? window.span
  const share = (instant: number) => Math.min(1, Math.max(0, (instant - domain.from) / length))
  const top = Math.max(1, ...(data?.count ?? []))

  /** The day under the pointer, as its first instant. */
  const dayAt = (event: PointerEvent): number => {
    const box = plot.current?.getBoundingClientRect()
    const part = box ? Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) : 0
    const day = wallClockAt(Math.min(domain.from + part * length, domain.to - 1), window.timeZone).startOf(
      'day',
    )
    return instantAt(day, window.timeZone)
  }
  const dayAfter = (day: number) => startOfNextDay(day, window.timeZone)
  const drag = (event: PointerEvent) => {
    const day = dayAt(event)
    if (anchor.current === null) {
      setPointed(data ? data.start.findLastIndex((start) => start <= day) : null)
      return
    }
    setDraft({
      from: Math.min(anchor.current, day),
      to: Math.min(window.asOf, dayAfter(Math.max(anchor.current, day))),
    })
  }
  const release = () => {
    anchor.current = null
    if (draft) changeView({ window: { preset: 'custom', ...minutes(draft) } })
    setDraft(null)
  }

  /** Arrow keys move the window by its own length, so that neighbouring windows can be compared. */
  const slide = (event: KeyboardEvent) => {
    const steps = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
    if (steps === 0) return
    event.preventDefault()
    const size = shown.to - shown.from
    const to = Math.min(window.asOf, shown.to + steps * size)
    changeView({ window: { preset: 'custom', ...minutes({ from: to - size, to }) } }, { replace: true })
  }

  const ticks = useMemo(() => ticksOf(domain, window.timeZone), [domain, window.timeZone])
  const unit = t(bucket === 'day' ? 'window.perDay' : 'window.perWeek')
  const label =
    pointed !== null && data && pointed >= 0 && pointed < data.start.length
      ? `${formatDate(data.start[pointed], window.timeZone)}${bucket === 'week' ? ` ${t('window.week')}` : ''}: ${formatCount(data.count[pointed], language)} ${t('unit.incidents', { count: data.count[pointed] })}`
      : `${formatDate(shown.from, window.timeZone)} – ${formatDate(shown.to - 1, window.timeZone)}`

  return (
    <section
      className={styles.axis}
      aria-label={t('window.axis')}
      data-stale={series.isPlaceholderData}
      aria-busy={series.isPlaceholderData}
    >
      <header className={styles.head}>
        <Button
          size="small"
          className={styles.play}
          data-testid="play"
          title={t(disputes ? 'play.disputes' : 'play.open')}
          aria-label={t('play.play')}
          disabled={disputes}
          onClick={onPlay}
        >
          ▶
        </Button>
        <span className={styles.label} data-testid="axis-label">
          {label}
        </span>
        <span className={styles.soft}>
          {unit}
          {series.isPlaceholderData && (
            <>
              {' · '}
              <Updating />
            </>
          )}
          {data && (
            <NumbersOf counted={counted} source={source} span={answeredSpan(data)}>
              {' · '}
              <Told kind="count">{t('area.maximum', { count: top })}</Told>
            </NumbersOf>
          )}
        </span>
        <Button
          size="small"
          className={styles.compare}
          data-testid="compare"
          title={t('compare.openHint')}
          aria-label={t('compare.open')}
          onClick={onCompare}
        >
          <span aria-hidden="true">⇋</span> <span className={styles.compareWord}>{t('compare.open')}</span>
        </Button>
        {onReplay && (
          <Button
            size="small"
            data-testid="replay-open"
            title={t('replay.openHint')}
            aria-label={t('replay.open')}
            onClick={onReplay}
          >
            <span aria-hidden="true">↺</span> <span className={styles.compareWord}>{t('replay.open')}</span>
          </Button>
        )}
        <Segmented
          size="small"
          value={extent}
          onChange={(next) => setChosen(next)}
          options={extents.map((value) => ({ value, label: t(`window.extent.${value}`) }))}
        />
      </header>
      <div
        ref={plot}
        className={styles.plot}
        role="slider"
        tabIndex={0}
        aria-label={t('window.brushHint')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share(shown.from) * 100)}
        aria-valuetext={label}
        onKeyDown={slide}
        title={t('window.brushHint')}
        onPointerDown={(event) => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          anchor.current = dayAt(event)
        }}
        onPointerMove={drag}
        onPointerUp={release}
        onPointerCancel={() => {
          anchor.current = null
          setDraft(null)
        }}
        onPointerLeave={() => setPointed(null)}
        onDoubleClick={() => changeView({ window: undefined })}
      >
        {disputes ? (
          <p className={styles.soft}>{t('dispute.axis')}</p>
        ) : data ? (
          <svg className={styles.svg} viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
            <path className={styles.rest} d={barPath(data, domain, top, () => true)} />
            <path
              className={styles.chosen}
              d={barPath(data, domain, top, (start, end) => end > shown.from && start < shown.to)}
            />
          </svg>
        ) : null}
        <div
          hidden={disputes}
          className={styles.brush}
          style={{ left: `${share(shown.from) * 100}%`, right: `${(1 - share(shown.to)) * 100}%` }}
        />
      </div>
      <div className={styles.ticks} aria-hidden="true">
        {ticks.map((tick) => (
          <span key={tick.at} style={{ left: `${share(tick.at) * 100}%` }}>
            {tick.label}
          </span>
        ))}
      </div>
    </section>
  )
}

interface Series {
  start: readonly number[]
  count: readonly number[]
}

/** One path for all bars: hundreds of elements would be laid out at every pan. */
function barPath(
  data: Series,
  domain: Span,
  top: number,
  included: (start: number, end: number) => boolean,
): string {
  const length = domain.to - domain.from
  let path = ''
  data.start.forEach((start, index) => {
    const end = data.start[index + 1] ?? domain.to
    if (data.count[index] === 0 || !included(start, end)) return
    const left = (Math.max(0, start - domain.from) / length) * 1000
    const width = ((Math.min(end, domain.to) - Math.max(start, domain.from)) / length) * 1000
    const height = (data.count[index] / top) * 100
    path += `M${left.toFixed(2)} 100v${(-height).toFixed(2)}h${(width * 0.82).toFixed(2)}V100z`
  })
  return path
}

/** First days of months, thinned so that their labels never touch. */
function ticksOf(domain: Span, timeZone: string): { at: number; label: string }[] {
  const months = Math.round((domain.to - domain.from) / (30 * dayMs))
  const step = months <= 4 ? 1 : months <= 13 ? 2 : 6
  const ticks: { at: number; label: string }[] = []
  let month = wallClockAt(domain.from, timeZone).startOf('month').add(1, 'month')
  for (let at = instantAt(month, timeZone); at < domain.to; at = instantAt(month, timeZone)) {
    if (month.month() % step === 0) ticks.push({ at, label: month.format('YYYY-MM') })
    month = month.add(1, 'month')
  }
  // A label at the very end would run out of the picture.
  return ticks.filter((tick) => domain.to - tick.at > (domain.to - domain.from) * 0.05)
}

/** Whole minutes, as the URL keeps them. */
function minutes({ from, to }: Span): Span {
  return { from: Math.floor(from / 60_000) * 60_000, to: Math.ceil(to / 60_000) * 60_000 }
}
