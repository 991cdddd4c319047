/**
 * The steps of a play through time: which days each step's window spans. Days are numbers of local calendar days from
 * the first day of the data; a window holds `from` … `to` − 1.
 */
export const playWindows = ['1d', '7d', '30d', '3m'] as const
export type PlayWindow = (typeof playWindows)[number]

export const playSteps = ['day', 'week', 'month'] as const
export type PlayStep = (typeof playSteps)[number]

/** What is played: the length of the window, and how far it moves each time. */
export interface Play {
  window: PlayWindow
  step: PlayStep
}

export const defaultPlay: Play = { window: '30d', step: 'day' }

/** As it stands in the URL: `30d.day`. */
export function encodePlay({ window, step }: Play): string {
  return `${window}.${step}`
}

/** The inverse; undefined for anything else. */
export function decodePlay(text: string | undefined): Play | undefined {
  const [first, second] = (text ?? '').split('.')
  const window = playWindows.find((each) => each === first)
  const step = playSteps.find((each) => each === second)
  return window && step && { window, step }
}

/** Windows in the order they are played. */
export interface PlaySpans {
  count: number
  from: Int32Array
  to: Int32Array
}

const dayMs = 86_400_000
const lengths = { '1d': 1, '7d': 7, '30d': 30 } as const

/** Local calendar dates carry no clock: they are reckoned in UTC. */
function dateOf(firstDay: string, day: number): Date {
  return new Date(Date.parse(`${firstDay}T00:00:00Z`) + day * dayMs)
}

/** The first day of a window of three calendar months that ends before `to`. */
function monthsBack(firstDay: string, to: number): number {
  const end = dateOf(firstDay, to)
  const last = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() - 2, 0)).getUTCDate()
  const start = Date.UTC(end.getUTCFullYear(), end.getUTCMonth() - 3, Math.min(end.getUTCDate(), last))
  return to - Math.round((end.getTime() - start) / dayMs)
}

/** The day of the same date a year earlier, of 29 February the 28th; below 0 before the data. */
export function yearBack(firstDay: string, day: number): number {
  const date = dateOf(firstDay, day)
  const [year, month] = [date.getUTCFullYear() - 1, date.getUTCMonth()]
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return Math.round(
    (Date.UTC(year, month, Math.min(date.getUTCDate(), last)) - dateOf(firstDay, 0).getTime()) / dayMs,
  )
}

/** True where a week (from Monday) or a month begins with the day, so that a window may end before it. */
function endsStep(firstDay: string, day: number, step: PlayStep): boolean {
  if (step === 'day') return true
  const date = dateOf(firstDay, day)
  return step === 'week' ? date.getUTCDay() === 1 : date.getUTCDate() === 1
}

/**
 * All windows of a play, oldest first: each ends with a day, a calendar week or a calendar month, the last one with the
 * last day of the data, and none reaches back before the data.
 */
export function playSpans(firstDay: string, days: number, { window, step }: Play): PlaySpans {
  const spans: { from: number; to: number }[] = []
  for (let to = 1; to <= days; to++) {
    if (to !== days && !endsStep(firstDay, to, step)) continue
    const from = window === '3m' ? monthsBack(firstDay, to) : to - lengths[window]
    if (from >= 0) spans.push({ from, to })
  }
  // Data shorter than the window is played as the one window it is.
  if (spans.length === 0 && days > 0) spans.push({ from: 0, to: days })
  return {
    count: spans.length,
    from: Int32Array.from(spans, (span) => span.from),
    to: Int32Array.from(spans, (span) => span.to),
  }
}

/** The step whose window ends nearest to a day. */
export function stepEnding(spans: PlaySpans, to: number): number {
  let nearest = 0
  for (let i = 1; i < spans.count; i++)
    if (Math.abs(spans.to[i] - to) < Math.abs(spans.to[nearest] - to)) nearest = i
  return nearest
}

/** The first day of a window as a date, 2026-11-22. */
export function dateText(firstDay: string, day: number): string {
  return dateOf(firstDay, day).toISOString().slice(0, 10)
}
