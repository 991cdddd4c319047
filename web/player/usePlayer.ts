import { useCallback, useEffect, useEffectEvent, useMemo, useState, useSyncExternalStore } from 'react'
import type { LevelName } from '../../geodata/city.ts'
import { type DayPlanes, windowCounts } from '../../geodata/dayCube.ts'
import { useAreas } from '../hooks/useAreas.ts'
import { useWindow } from '../hooks/useCity.ts'
import { useDayPlanes, useDays } from '../hooks/useDays.ts'
import { useJurisdiction } from '../hooks/useJurisdiction.ts'
import { useKinds } from '../hooks/useKinds.ts'
import { useLayers } from '../hooks/useLayers.ts'
import { useMapController } from '../hooks/useMapController.ts'
import { useReducedMotion } from '../hooks/useReducedMotion.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useChangeView, useTheme, useView } from '../hooks/useView.ts'
import { areaPaint } from '../layers/areas.ts'
import { classBreaks } from '../map/classBreaks.ts'
import { type ClassChoice, defaultClasses } from '../map/classChoice.ts'
import { levelState } from '../map/layerOrder.ts'
import type { AreaValues } from '../map/scene.ts'
import { levelAt } from '../state/areaTree.ts'
import { dayKindsOf } from '../state/dayKinds.ts'
import { changeBreaks } from '../state/legendClasses.ts'
import { offeredMeasures } from '../state/measures.ts'
import {
  dateText,
  decodePlay,
  defaultPlay,
  encodePlay,
  type Play,
  type PlaySpans,
  playSpans,
  stepEnding,
} from '../state/playSteps.ts'
import { dayMs } from '../state/timeWindow.ts'
import { formatDate, startOfDate } from '../state/zonedTime.ts'
import { DayPlayer } from './dayPlayer.ts'
import { type StepMeasure, stepMeasure } from './stepMeasure.ts'

export const speeds = [1, 2, 4, 8, 16] as const
export type Speed = (typeof speeds)[number]

/** Counts looked at to find classes that serve the whole play. */
const sampledCounts = 20_000

/** Classes for all steps together, so that a colour means the same from the first to the last. */
function breaksOfPlay(
  planes: DayPlanes,
  spans: PlaySpans,
  measure: StepMeasure,
  choice: ClassChoice,
): number[] {
  const areas = planes.areaId.length
  const steps = Math.min(spans.count, Math.max(4, Math.round(sampledCounts / Math.max(1, areas))))
  const counts = new Float64Array(areas + 1)
  const sample = new Float64Array(steps * areas)
  for (let i = 0; i < steps; i++) {
    const step = Math.round((i * (spans.count - 1)) / Math.max(1, steps - 1))
    windowCounts(planes, spans.from[step], spans.to[step], counts)
    const values = measure(counts, spans.from[step], spans.to[step])
    for (let area = 0; area < areas; area++) sample[i * areas + area] = values[area]
  }
  return classBreaks(sample, choice)
}

/** A play through time: its parts in the URL, its counts in memory, its steps in the player. */
export function usePlayer(level: LevelName | null) {
  const controller = useMapController()
  const changeView = useChangeView()
  const theme = useTheme()
  const calm = useReducedMotion()
  const window = useWindow()
  const { data: bundle } = useAreas()
  const { shownIndex } = useSelection()
  const { codes, disputes, kinds } = useKinds()
  const { all: layers } = useLayers()
  const sight = useJurisdiction()?.sight ?? null
  const choice = useView((view) => view.classes) ?? defaultClasses
  const text = useView((view) => view.rest?.play)
  const rest = useView((view) => view.rest)
  const asked = useMemo(() => decodePlay(text), [text])
  const open = asked !== undefined && !disputes
  const play = asked ?? defaultPlay
  const [player] = useState(() => new DayPlayer())
  const [speed, setSpeed] = useState<Speed>(4)
  const [loop, setLoop] = useState(false)
  const playing = useSyncExternalStore(
    useCallback((changed: () => void) => player.onState(changed), [player]),
    () => player.playing,
  )

  const query = useDays(open)
  const days = query.data
  const dayKinds = useMemo(
    () => (days ? dayKindsOf(kinds, codes, days) : { numbers: null, coarser: false }),
    [days, kinds, codes],
  )
  const planesQuery = useDayPlanes(open ? days : undefined, level, dayKinds.numbers)
  const planes = planesQuery.data
  const ownLevel = bundle && shownIndex >= 0 ? levelAt(bundle, shownIndex).level : level
  const ownPlanes = useDayPlanes(open ? days : undefined, ownLevel, dayKinds.numbers).data

  const spans = useMemo(() => (days ? playSpans(days.firstDay, days.days, play) : null), [days, play])
  const wanted = useView((view) => view.measure) ?? 'count'
  // How incidents were handled is not told by day.
  const measure = offeredMeasures(true).includes(wanted) ? wanted : 'count'
  const ramp = measure === 'change' ? 'diverging' : 'sequential'
  const measured = useMemo(
    () => (bundle && planes && days ? stepMeasure(measure, bundle, planes, days.firstDay, sight) : null),
    [measure, bundle, planes, days, sight],
  )
  const breaks = useMemo(() => {
    if (!planes || !spans || !measured) return null
    return measure === 'change'
      ? changeBreaks(planes.areaId.length)
      : breaksOfPlay(planes, spans, measured, choice)
  }, [planes, spans, measured, measure, choice])
  const opacity = level ? levelState(layers, level).opacity : 1
  const score = useMemo(() => {
    if (!bundle || !planes || !spans || !measured || !breaks || !controller) return null
    const index = bundle.levels.findIndex((each) => each.level === planes.level)
    if (index < 0) return null
    const paint = areaPaint(bundle, index, planes.areaId, breaks, theme, opacity, sight, ramp)
    return { spans, planes, measure: measured, paint, repaint: controller.repaint }
  }, [bundle, planes, spans, measured, breaks, controller, theme, opacity, sight, ramp])

  useEffect(() => player.setPace({ speed, loop, calm }), [player, speed, loop, calm])
  useEffect(() => {
    if (!open) player.pause()
  }, [player, open])
  useEffect(() => () => player.pause(), [player])

  // The step that stands where the view's window ends, before the first frame is painted.
  const [placed, setPlaced] = useState<Play | null>(null)
  const place = useEffectEvent(() => {
    if (!spans || !days || !window) return
    const today = formatDate(window.span.to - 1, window.timeZone)
    const end = Math.round((Date.parse(today) - Date.parse(days.firstDay)) / dayMs) + 1
    player.seek(stepEnding(spans, player.playing ? (player.shown?.to ?? end) : end))
    setPlaced(play)
    if (!player.playing) settle()
  })
  useEffect(() => {
    player.load(open ? score : null)
    if (!open) setPlaced(null)
    else if (score && placed !== play) place()
  }, [player, open, score, placed, play])
  useEffect(() => {
    if (!controller || !open || !score) return
    controller.paint(score.paint)
    return () => controller.paint(null)
  }, [controller, open, score])

  /** The window of the step at rest, in the URL: panels, points and exports follow it. */
  const [written, setWritten] = useState<string | null>(null)
  const settle = useEffectEvent(() => {
    const shown = player.shown
    if (!shown || !days || !window) return
    const at = (day: number) => startOfDate(dateText(days.firstDay, day), window.timeZone)
    const span = {
      from: at(shown.from),
      to: Math.min(at(shown.to), Math.ceil(window.asOf / 60_000) * 60_000),
    }
    setWritten(`${span.from} ${span.to}`)
    changeView({ window: { preset: 'custom', ...span } }, { replace: true })
  })
  const settleSoon = useCallback(() => {
    if (!player.playing) settle()
  }, [player])
  useEffect(() => player.onState(settleSoon), [player, settleSoon])

  // Another window chosen elsewhere ends the play: two windows at once would contradict each other.
  const key = window ? `${window.span.from} ${window.span.to}` : null
  const [seen, setSeen] = useState<string | null>(null)
  const close = useCallback(() => {
    player.pause()
    const { play: _, ...others } = rest ?? {}
    changeView({ rest: Object.keys(others).length > 0 ? others : undefined }, { replace: true })
  }, [player, rest, changeView])
  useEffect(() => {
    if (!open || playing || written === null) return
    if (key === written) setSeen(key)
    else if (seen === written) close()
  }, [open, playing, key, written, seen, close])

  const change = useCallback(
    (next: Partial<Play>) => {
      const { compare: _, ...others } = rest ?? {}
      changeView({ rest: { ...others, play: encodePlay({ ...play, ...next }) } }, { replace: true })
    },
    [rest, play, changeView],
  )
  /** Opens the player and plays once its counts are there. */
  const [starting, setStarting] = useState(false)
  const start = useCallback(() => {
    if (disputes) return
    if (!open) change({})
    setStarting(true)
  }, [disputes, open, change])
  useEffect(() => {
    if (!starting || !score || placed !== play) return
    setStarting(false)
    player.play()
  }, [starting, score, placed, play, player])
  const toggle = useCallback(() => {
    if (player.playing) player.pause()
    else start()
  }, [player, start])

  /** Numbers of the step at rest, in the classes of the play: for the legend and the scene. A change has the same classes in any window, and is asked for to the minute. */
  const values = useMemo<Readonly<Record<LevelName, AreaValues>> | null>(() => {
    if (!open || !planes || !measured || !breaks || key === null || measure === 'change') return null
    const shown = player.shown
    if (!shown) return null
    const counts = new Uint32Array(planes.areaId.length + 1)
    windowCounts(planes, shown.from, shown.to, counts)
    const value = Array.from(measured(counts, shown.from, shown.to)).slice(0, planes.areaId.length)
    return {
      [planes.level]: { areaId: planes.areaId, value, suppressed: null, breaks, ramp: 'sequential' },
    }
  }, [open, planes, measured, measure, breaks, player, key])

  return {
    open,
    playing,
    possible: !disputes,
    play,
    player,
    days,
    error: query.error ?? planesQuery.error,
    coarser: dayKinds.coarser,
    spans,
    planes,
    breaks,
    /** What is played, and what was asked for where that cannot be played. */
    measure,
    refused: wanted === measure ? null : wanted,
    /** Planes of the shown area's level, for its own number. */
    ownPlanes,
    values,
    calm,
    speed,
    setSpeed,
    loop,
    setLoop,
    change,
    start,
    toggle,
    close,
    settleSoon,
  }
}

export type Playing = ReturnType<typeof usePlayer>
