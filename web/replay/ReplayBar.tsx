import { Button, DatePicker, Modal, Select } from 'antd'
import dayjs from 'dayjs'
import { type KeyboardEvent, type PointerEvent, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { useCity } from '../hooks/useCity.ts'
import { instantAt, wallClockAt } from '../state/zonedTime.ts'
import { errorText } from '../ui/errorText.ts'
import { Watermark } from '../ui/Watermark.tsx'
import { ReplayFigures } from './ReplayFigures.tsx'
import styles from './replay.module.css'
import { type ReplayPlayer, replaySpeeds } from './replayPlayer.ts'
import { longestReplayMs, replayInstant } from './replaySearch.ts'
import type { Replaying } from './useReplay.ts'

const stepS = 10
const presets = [1, 6, 24] as const
const nothing = () => () => undefined

/** The player as it is now: renders a few times a second while it plays. */
function usePlayed(player: ReplayPlayer | null): ReplayPlayer | null {
  useSyncExternalStore(player?.subscribe ?? nothing, () => player?.version ?? -1)
  return player
}

/** Everything to replay with: period, speed, steps, and the whole period to scrub in. */
export default function ReplayBar({ replaying }: { replaying: Replaying }) {
  const { t } = useTranslation()
  const { data: city } = useCity()
  const player = usePlayed(replaying.player)
  const [choosing, setChoosing] = useState(false)
  const timeZone = city?.timeZone ?? 'Asia/Shanghai'
  return (
    <>
      <ReplayMark replaying={replaying} timeZone={timeZone} />
      <section className={styles.axis} aria-label={t('replay.title')} data-testid="replay">
        <header className={styles.controls}>
          <Button
            type="text"
            title={t('replay.stepBack')}
            aria-label={t('replay.stepBack')}
            onClick={() => player?.step(-stepS)}
          >
            ‹
          </Button>
          <Button
            type="primary"
            data-testid="replay-play"
            disabled={!player}
            aria-pressed={player?.playing ?? false}
            title={t('replay.playKey')}
            aria-label={t(player?.playing ? 'replay.pause' : 'replay.play')}
            onClick={() => player?.toggle()}
          >
            {player?.playing ? '❚❚' : '▶'}
          </Button>
          <Button
            type="text"
            title={t('replay.stepOn')}
            aria-label={t('replay.stepOn')}
            onClick={() => player?.step(stepS)}
          >
            ›
          </Button>
          <Select
            aria-label={t('replay.speed')}
            title={t('replay.speedKey')}
            data-testid="replay-speed"
            value={player?.speed ?? 10}
            popupMatchSelectWidth={false}
            options={replaySpeeds.map((value) => ({ value, label: `${value}×` }))}
            onChange={(speed) => player?.setSpeed(speed)}
          />
          <Button
            type="text"
            data-testid="replay-next"
            title={t('replay.nextKey')}
            disabled={!player || player.reel.nextReport(player.at) === undefined}
            onClick={() => player?.toNextReport()}
          >
            {t('replay.next')}
          </Button>
          <Button type="text" data-testid="replay-period" onClick={() => setChoosing(true)}>
            {t('replay.period')}
          </Button>
          <span className={styles.soft} aria-live="polite">
            <ReplayState replaying={replaying} player={player} />
          </span>
          <Button className={styles.close} data-testid="replay-close" onClick={replaying.close}>
            {t('replay.toLive')}
          </Button>
        </header>
        {player && <ReplayFigures player={player} timeZone={timeZone} seesUnits={replaying.seesUnits} />}
        {player && <Scrubber player={player} timeZone={timeZone} />}
      </section>
      {choosing && (
        <PeriodDialog replaying={replaying} timeZone={timeZone} onClose={() => setChoosing(false)} />
      )}
    </>
  )
}

/** What keeps the replay from showing all there was, in words. */
function ReplayState({ replaying, player }: { replaying: Replaying; player: ReplayPlayer | null }) {
  const { t } = useTranslation()
  const { invalid, allowed, seesUnits, incidents } = replaying
  if (invalid) return <span role="alert">{t('replay.invalid', { days: longestReplayMs / 86_400_000 })}</span>
  if (!allowed) return t('replay.purpose')
  const failed = player?.error ?? incidents.error
  if (failed) return <span role="alert">{t('replay.failed', { reason: errorText(failed, t) })}</span>
  if (!player || player.waiting || incidents.isPending) return t('replay.loading')
  if (!seesUnits) return t('replay.incidentsOnly')
  const piece = player.reel.pieceAt(player.at)
  if (piece && player.at < piece.fixesFrom) return t('replay.noFixes', { days: 30 })
  if (piece && piece.units.size === 0) return t('replay.noUnits')
  if (incidents.data?.truncated) return t('replay.truncated')
  return null
}

/** Says over the whole map that this is not now, and which instant it is. */
function ReplayMark({ replaying, timeZone }: { replaying: Replaying; timeZone: string }) {
  const { t } = useTranslation()
  const player = usePlayed(replaying.player)
  return (
    <Watermark text={t('replay.watermark')} kind="replay">
      <time dateTime={player ? new Date(player.at).toISOString() : undefined} data-testid="replay-instant">
        {player ? replayInstant(player.at, timeZone) : '—'}
      </time>
      <span className={styles.soft}>{player ? `${player.speed}×` : ''}</span>
    </Watermark>
  )
}

function Scrubber({ player, timeZone }: { player: ReplayPlayer; timeZone: string }) {
  const { t } = useTranslation()
  const plot = useRef<HTMLDivElement>(null)
  const { from, to } = player.reel
  const share = (instant: number) => (instant - from) / (to - from)
  const reports = player.reel.reports
  // A mark an incident; of thousands only as many as there are pixels.
  const marks = useMemo(() => {
    const places = new Set(reports.map((at) => Math.round(((at - from) / (to - from)) * 1000)))
    return [...places].map((x) => `M${x} 100V${40}`).join('')
  }, [reports, from, to])
  const ticks = useMemo(() => ticksOf(from, to, timeZone), [from, to, timeZone])
  const scrub = (event: PointerEvent) => {
    const box = plot.current?.getBoundingClientRect()
    if (!box || box.width === 0) return
    player.seek(from + Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * (to - from))
  }
  const press = (event: KeyboardEvent) => {
    const minute = 60
    const target: Record<string, () => void> = {
      ArrowLeft: () => player.step(-stepS),
      ArrowRight: () => player.step(stepS),
      PageDown: () => player.step(-10 * minute),
      PageUp: () => player.step(10 * minute),
      Home: () => player.seek(from),
      End: () => player.seek(to),
      ' ': player.toggle,
    }
    const act = target[event.key]
    if (!act) return
    act()
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
        aria-label={t('replay.scrub')}
        aria-valuemin={0}
        aria-valuemax={Math.round((to - from) / 1000)}
        aria-valuenow={Math.round((player.at - from) / 1000)}
        aria-valuetext={replayInstant(player.at, timeZone)}
        data-testid="replay-scrubber"
        onKeyDown={press}
        onPointerDown={(event) => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          scrub(event)
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) scrub(event)
        }}
      >
        <svg className={styles.svg} viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
          <path className={styles.reports} d={marks} vectorEffect="non-scaling-stroke" />
        </svg>
        <div className={styles.done} style={{ width: `${share(player.at) * 100}%` }} />
      </div>
      <div className={styles.ticks} aria-hidden="true">
        {ticks.map(({ at, label }) => (
          <span key={at} style={{ left: `${share(at) * 100}%` }}>
            {label}
          </span>
        ))}
      </div>
    </>
  )
}

/** At most eight round instants of the city's clock. */
function ticksOf(from: number, to: number, timeZone: string): { at: number; label: string }[] {
  const minute = 60_000
  const steps = [5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200].map((minutes) => minutes * minute)
  const step = steps.find((each) => (to - from) / each <= 8) ?? steps[steps.length - 1]
  const midnight = instantAt(wallClockAt(from, timeZone).startOf('day'), timeZone)
  const ticks: { at: number; label: string }[] = []
  for (let at = midnight + Math.ceil((from - midnight) / step) * step; at < to; at += step) {
    const local = wallClockAt(at, timeZone)
    ticks.push({
      at,
      label: local.format(step >= 1440 * minute || local.format('HH:mm') === '00:00' ? 'MM-DD' : 'HH:mm'),
    })
  }
  return ticks
}

function PeriodDialog({
  replaying,
  timeZone,
  onClose,
}: {
  replaying: Replaying
  timeZone: string
  onClose: () => void
}) {
  const { t } = useTranslation()
  const reel = replaying.player?.reel
  const text = (instant: number) => wallClockAt(instant, timeZone).format('YYYY-MM-DD HH:mm')
  const now = Math.floor(Date.now() / 60_000) * 60_000
  const [texts, setTexts] = useState<[string, string]>([
    text(reel?.from ?? now - 3_600_000),
    text(reel?.to ?? now),
  ])
  const [from, to] = texts.map((each) => instantAt(dayjs(each), timeZone))
  const fits = to > from && to - from <= longestReplayMs
  const show = (span: { from: number; to: number }) => {
    replaying.show({ ...span, at: span.from })
    onClose()
  }
  return (
    <Modal
      open
      title={t('replay.period')}
      okText={t('replay.show')}
      okButtonProps={{ disabled: !fits }}
      onOk={() => show({ from, to })}
      onCancel={onClose}
      width={460}
    >
      <p className={styles.presets}>
        {presets.map((hours) => (
          <Button key={hours} onClick={() => show({ from: now - hours * 3_600_000, to: now })}>
            {t('replay.lastHours', { count: hours })}
          </Button>
        ))}
      </p>
      <DatePicker.RangePicker
        size="large"
        showTime={{ format: 'HH:mm' }}
        format="YYYY-MM-DD HH:mm"
        style={{ width: '100%' }}
        allowClear={false}
        value={[dayjs(texts[0]), dayjs(texts[1])]}
        maxDate={dayjs(text(Date.now()))}
        onChange={(_, chosen) => {
          if (chosen?.[0] && chosen[1]) setTexts([chosen[0], chosen[1]])
        }}
      />
      <p className={styles.soft}>
        {t('replay.periodHint', { days: 30, most: longestReplayMs / 86_400_000 })}
      </p>
    </Modal>
  )
}
