import {
  mayWork,
  neededOn,
  type RosterAnswer,
  type RosterInput,
  SAMPLE_FAIRNESS,
  SHORTFALL_COST,
} from './rosterInput.ts'

/**
 * Goes through a roster hour by hour with nothing of what the solver knows, and says in words which rule is broken where.
 * An empty list: none is, and what it says of itself is true.
 */
export function rosterFaults(input: RosterInput, answer: RosterAnswer): string[] {
  const {
    days,
    firstWeekday,
    shifts,
    teams,
    lines,
    rules,
    fairness = SAMPLE_FAIRNESS,
    cyclic,
    start,
    mostChanges,
  } = input
  const faults: string[] = []
  const weekday = (day: number) => (firstWeekday + day) % 7
  const shortest = Math.min(...shifts.map(({ hours }) => hours))
  let objective = 0

  teams.forEach((team, place) => {
    const own = Array.from(answer.shifts.subarray(place * days, (place + 1) * days))
    const fault = (what: string, day: number) => faults.push(`${team.code}, day ${day}: ${what}`)
    own.forEach((shift, day) => {
      const line = lines[answer.lines[place * days + day]]
      if (shift < 0) {
        if (line) fault('on a line while off', day)
        return
      }
      if (team.leave?.includes(day)) fault('works on leave', day)
      if (!line) fault('works on no line', day)
      else if (line.shift !== shift) fault('on a line of another shift', day)
      else if (!mayWork(team, line)) fault('works where it is not qualified or not of the squad', day)
    })
    // What was before day 0, and what comes after a cycle's last day, is the same roster again.
    const before = cyclic ? own : [...(team.before ?? [])]
    const all = [...before, ...own, ...(cyclic ? own : [])]
    const dayOf = (index: number) => index - before.length
    const matters = (...indices: number[]) =>
      indices.some((index) => dayOf(index) >= 0 && dayOf(index) < days)
    let last: { index: number; end: number } | undefined
    let [nights, worked] = [0, 0]
    all.forEach((shift, index) => {
      nights = shift >= 0 && shifts[shift].night ? nights + 1 : 0
      worked = shift >= 0 ? worked + 1 : 0
      if (nights > rules.mostNightsInARow && matters(index)) fault(`${nights} nights in a row`, dayOf(index))
      if (worked > rules.mostDaysInARow && matters(index)) fault(`${worked} days in a row`, dayOf(index))
      if (shift < 0) return
      const begin = index * 24 + shifts[shift].startHour
      if (last && begin - last.end < rules.restHours - 1e-9 && matters(last.index, index)) {
        fault(`${begin - last.end} hours of rest before it`, dayOf(index))
      }
      last = { index, end: begin + shifts[shift].hours }
    })
    let [hours, off, length] = [0, 0, 0]
    own.forEach((shift, day) => {
      if (weekday(day) === 0) [hours, off, length] = [0, 0, 0]
      hours += shift < 0 ? 0 : shifts[shift].hours
      off += shift < 0 ? 1 : 0
      length++
      if (weekday(day) !== 6 && day !== days - 1) return
      if (hours > rules.mostHoursAWeek + 1e-9) fault(`${hours} hours in its week`, day)
      const due = length === 7 ? rules.daysOffAWeek : Math.floor((rules.daysOffAWeek * length) / 7)
      if (off < due) fault(`${off} days off in its week`, day)
    })
    const counts = {
      nights: own.filter((shift) => shift >= 0 && shifts[shift].night).length,
      weekends: own.filter((shift, day) => shift >= 0 && weekday(day) > 4).length,
      hours: own.reduce((sum, shift) => sum + (shift < 0 ? 0 : shifts[shift].hours), 0),
    }
    for (const key of ['nights', 'weekends', 'hours'] as const) {
      if (answer.tallies[place][key] !== counts[key])
        fault(`${counts[key]} ${key}, not ${answer.tallies[place][key]}`, 0)
    }
    const there = 1 - new Set(team.leave ?? []).size / days
    const { nights: hadNights = 0, weekends: hadWeekends = 0, shifts: hadShifts = 0 } = team.carried ?? {}
    const loads: [number, number, number][] = [
      [fairness.nights, hadNights, counts.nights],
      [fairness.weekends, hadWeekends, counts.weekends],
      [fairness.hours, hadShifts, counts.hours / shortest],
    ]
    for (const [weight, had, count] of loads)
      if (there > 0) objective += (weight * squares(had, count)) / there
  })

  const told = new Map(answer.shortfalls.map(({ line, day, missing }) => [`${line} ${day}`, missing]))
  lines.forEach((line, index) => {
    for (let day = 0; day < days; day++) {
      const there = teams.filter((_, team) => answer.lines[team * days + day] === index).length
      const missing = Math.max(0, neededOn(line, weekday(day)) - there)
      if (missing !== (told.get(`${index} ${day}`) ?? 0))
        faults.push(`line ${index}, day ${day}: ${missing} teams are missing`)
      objective += SHORTFALL_COST * missing
    }
  })
  if (answer.complete && told.size > 0) faults.push('it says that it is complete, and is not')
  if (Math.abs(objective - answer.objective) > 1e-6 * Math.max(1, objective)) {
    faults.push(`the objective is ${objective}, not ${answer.objective}`)
  }
  if (!start) return faults
  const changes = answer.shifts.reduce((sum, shift, index) => sum + (shift === start[index] ? 0 : 1), 0)
  if (changes !== answer.changes) faults.push(`${changes} changes, not ${answer.changes}`)
  if (changes > (mostChanges ?? Number.POSITIVE_INFINITY))
    faults.push(`${changes} changes, more than ${mostChanges}`)
  return faults
}

/** (had + count)² − had², straight between whole counts. */
function squares(had: number, count: number): number {
  const whole = Math.floor(count)
  const below = (had + whole) ** 2 - had ** 2
  return below + (count - whole) * (2 * (had + whole) + 1)
}
