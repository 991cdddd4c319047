import { Button, Select, Tooltip } from 'antd'
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { measureText } from '../analysis/measureText.ts'
import { useAreas } from '../hooks/useAreas.ts'
import { useCity } from '../hooks/useCity.ts'
import { useCountable, useJurisdiction } from '../hooks/useJurisdiction.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useLanguage } from '../hooks/useView.ts'
import { nameOf } from '../state/areaTree.ts'
import { dateText, playSteps, playWindows, stepEnding } from '../state/playSteps.ts'
import { errorText } from '../ui/errorText.ts'
import { formatCount } from '../ui/numbers.ts'
import type { ShownStep } from './dayPlayer.ts'
import styles from './player.module.css'
import { areaCount, dayBars, monthTicks } from './playerAxis.ts'
import { type Playing, speeds } from './usePlayer.ts'

/** The moving window: its date in large type, its count, and everything to play, step and scrub with. */
export function PlayerPanel({ playing }: { playing: Playing }) {
  const { t } = useTranslation()
  const { days, spans, error } = playing
  return (
    <>
      <PlayedDate playing={playing} />
      <section className={styles.axis} aria-label={t('play.title')} data-testid="player">
        <Controls playing={playing} />
        {error ? (
          <p className={styles.soft} role="alert">
            {t('play.failed', { reason: errorText(error, t) })}
          </p>
        ) : days && spans ? (
          <Scrubber playing={playing} days={days} spans={spans} />
        ) : (
          <div className={styles.waiting} aria-busy="true" />
        )}
      </section>
    </>
  )
}

/** Date and number of the step. Their words change in every step, so they are written without React. */
function PlayedDate({ playing }: { playing: Playing }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: city } = useCity()
  const { data: bundle } = useAreas()
  const areaIndex = usePlayedArea()
  const { player, days, ownPlanes, planes, breaks, measure, refused, coarser } = playing
  const limited = useJurisdiction() !== null
  const date = useRef<HTMLParagraphElement>(null)
  const count = useRef<HTMLSpanElement>(null)
  const firstDay = days?.firstDay

  useEffect(() => {
    const areaId = bundle && areaIndex >= 0 ? bundle.id[areaIndex] : null
    const write = ({ from, to, counts }: ShownStep) => {
      if (!firstDay || !date.current || !count.current) return
      const last = dateText(firstDay, to - 1)
      date.current.textContent = to - from === 1 ? last : `${dateText(firstDay, from)} – ${last}`
      count.current.textContent = formatCount(areaCount(ownPlanes, areaId, from, to, counts), language)
    }
    const shown = player.shown
    if (shown) write(shown)
    return player.onStep(write)
  }, [player, firstDay, bundle, areaIndex, ownPlanes, language])

  const level = bundle?.levels.find((each) => each.level === planes?.level)?.name[language]
  const notes = [
    measure === 'change'
      ? t('play.change')
      : level &&
        breaks &&
        t('play.classes', {
          level,
          breaks: [0, ...breaks].map((limit) => measureText(limit, measure, language)).join(' · '),
          unit: t(`analysis.measureUnit.${measure}`),
        }),
    refused && t('play.refused', { measure: t(`analysis.measure.${refused}`) }),
    days?.grain === 'group' && t('play.groups'),
    days?.grain === 'all' && t('play.together'),
    coarser && t('play.coarser'),
    days?.cut && firstDay && t('play.cut', { date: firstDay }),
  ].filter(Boolean)
  return (
    <div className={styles.card} data-testid="played">
      <p ref={date} className={styles.date} data-testid="played-date" />
      <p className={styles.count}>
        <span ref={count} className={styles.number} data-testid="played-count" />{' '}
        {t('area.incidents', { count: 0 })}
        <span className={styles.soft}>
          {' · '}
          {bundle && areaIndex >= 0
            ? nameOf(bundle, areaIndex, language)
            : limited
              ? t('access.jurisdiction.one')
              : city?.name[language]}
        </span>
      </p>
      <p className={styles.note}>{notes.join(language === 'zh' ? '；' : '; ')}</p>
    </div>
  )
}

/** Index of the selected area, -1 where none is selected or it has no numbers for this viewer. */
function usePlayedArea(): number {
  const { data: bundle } = useAreas()
  const { areaIndex } = useSelection()
  const countable = useCountable()
  return bundle && areaIndex >= 0 && countable(bundle.id[areaIndex]) ? areaIndex : -1
}

function Controls({ playing }: { playing: Playing }) {
  const { t } = useTranslation()
  const { player, play, change, speed, setSpeed, loop, setLoop, calm, toggle, close, settleSoon } = playing
  const stepBy = (steps: number) => {
    player.seek(player.step + steps)
    settleSoon()
  }
  return (
    <header className={styles.controls}>
      <Button type="text" title={t('play.back')} aria-label={t('play.back')} onClick={() => stepBy(-1)}>
        ‹
      </Button>
      <Button
        type="primary"
        data-testid="play"
        title={t('play.key')}
        aria-pressed={playing.playing}
        aria-label={t(playing.playing ? 'play.pause' : 'play.play')}
        onClick={toggle}
      >
        {playing.playing ? '❚❚' : '▶'}
      </Button>
      <Button type="text" title={t('play.on')} aria-label={t('play.on')} onClick={() => stepBy(1)}>
        ›
      </Button>
      <Select
        size="middle"
        aria-label={t('play.window')}
        title={t('play.window')}
        data-testid="play-window"
        value={play.window}
        popupMatchSelectWidth={false}
        options={playWindows.map((value) => ({ value, label: t(`play.windows.${value}`) }))}
        onChange={(window) => change({ window })}
      />
      <Select
        size="middle"
        aria-label={t('play.step')}
        title={t('play.step')}
        value={play.step}
        popupMatchSelectWidth={false}
        options={playSteps.map((value) => ({ value, label: t(`play.steps.${value}`) }))}
        onChange={(step) => change({ step })}
      />
      {calm ? (
        <Tooltip title={t('play.calmHint')}>
          <span className={styles.soft}>{t('play.calm')}</span>
        </Tooltip>
      ) : (
        <>
          <Select
            size="middle"
            aria-label={t('play.speed')}
            title={t('play.speed')}
            value={speed}
            popupMatchSelectWidth={false}
            options={speeds.map((value) => ({ value, label: `${value}×` }))}
            onChange={setSpeed}
          />
          <Button
            type={loop ? 'default' : 'text'}
            aria-pressed={loop}
            title={t('play.loop')}
            aria-label={t('play.loop')}
            onClick={() => setLoop(!loop)}
          >
            ⟳
          </Button>
        </>
      )}
      <Button
        type="text"
        className={styles.close}
        data-testid="play-close"
        title={t('play.close')}
        aria-label={t('play.close')}
        onClick={close}
      >
        ✕
      </Button>
    </header>
  )
}

interface ScrubberProps {
  playing: Playing
  days: NonNullable<Playing['days']>
  spans: NonNullable<Playing['spans']>
}

/** All days as bars, the window over them: drag it anywhere. */
function Scrubber({ playing, days, spans }: ScrubberProps) {
  const { t } = useTranslation()
  const { data: bundle } = useAreas()
  const areaIndex = usePlayedArea()
  const { player, ownPlanes, toggle, settleSoon } = playing
  const plot = useRef<HTMLDivElement>(null)
  const brush = useRef<HTMLDivElement>(null)
  const areaId = bundle && areaIndex >= 0 ? bundle.id[areaIndex] : null

  useEffect(() => {
    const move = ({ step, steps, from, to }: ShownStep) => {
      if (!brush.current || !plot.current) return
      brush.current.style.left = `${(from / days.days) * 100}%`
      brush.current.style.right = `${(1 - to / days.days) * 100}%`
      plot.current.ariaValueNow = String(step + 1)
      plot.current.ariaValueMax = String(steps)
      plot.current.ariaValueText = `${dateText(days.firstDay, from)} – ${dateText(days.firstDay, to - 1)}`
    }
    const shown = player.shown
    if (shown) move(shown)
    return player.onStep(move)
  }, [player, days])

  const bars = useMemo(
    () => (ownPlanes ? dayBars(ownPlanes, areaId, days.days) : ''),
    [ownPlanes, areaId, days.days],
  )
  const ticks = useMemo(() => monthTicks(days.firstDay, days.days), [days])

  const scrub = (event: PointerEvent) => {
    const box = plot.current?.getBoundingClientRect()
    if (!box || box.width === 0) return
    const day = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * days.days
    const shown = player.shown
    // The middle of the window follows the pointer.
    player.seek(stepEnding(spans, day + (shown ? (shown.to - shown.from) / 2 : 0)))
  }
  const press = (event: KeyboardEvent) => {
    const { step } = player
    const target: Record<string, number> = {
      ArrowLeft: step - 1,
      ArrowRight: step + 1,
      PageDown: step - 30,
      PageUp: step + 30,
      Home: 0,
      End: spans.count - 1,
    }
    if (event.key === ' ') toggle()
    else if (target[event.key] === undefined) return
    else {
      player.seek(target[event.key])
      settleSoon()
    }
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <>
      <div
        ref={plot}
        className={styles.plot}
        role="slider"
        tabIndex={0}
        aria-label={t('play.scrub')}
        aria-valuemin={1}
        aria-valuenow={1}
        title={t('play.scrub')}
        data-testid="scrubber"
        onKeyDown={press}
        onPointerDown={(event) => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          scrub(event)
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) scrub(event)
        }}
        onPointerUp={settleSoon}
      >
        <svg className={styles.svg} viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
          <path className={styles.bars} d={bars} />
        </svg>
        <div ref={brush} className={styles.brush} />
      </div>
      <div className={styles.ticks} aria-hidden="true">
        {ticks.map(({ day, label }) => (
          <span key={day} style={{ left: `${(day / days.days) * 100}%` }}>
            {label}
          </span>
        ))}
      </div>
    </>
  )
}
