import { type MipModel, MipRows } from './mipModel.ts'
import {
  mayWork,
  neededOn,
  type RosterAnswer,
  type RosterInput,
  type RosterTeam,
  SAMPLE_FAIRNESS,
  SHORTFALL_COST,
  type StaffingLine,
} from './rosterInput.ts'
import type { RuleInstance } from './rosterRule.ts'

export interface TaggedRow {
  tag: RuleInstance
  entries: [column: number, value: number][]
  lower: number
  upper: number
}

/** What each team does each day, as the model chooses it. */
export interface Choice {
  shifts: Int8Array
  /** Place of the line among the part's. */
  lines: Int16Array
}

export type PartAnswer = Choice & Pick<RosterAnswer, 'shortfalls' | 'tallies' | 'changes' | 'objective'>

/** One part of a roster as a linear model. */
export interface RosterModel {
  /** Places of its teams and lines in the input. */
  teams: number[]
  lines: number[]
  input: RosterInput
  mip: MipModel
  /** All rules as rows of their own, leave and qualification too, over columns that allow everything else. */
  rules(): { columns: number; structure: Omit<TaggedRow, 'tag'>[]; rows: TaggedRow[] }
  choiceOf(values: Float64Array): Choice
  columnsOf(answer: PartAnswer): Float64Array
  read(choice: Choice): PartAnswer
}

const HOURS = 24

/** @param teams, lines Places in the input. */
export function buildRosterModel(input: RosterInput, teams: number[], lines: number[]): RosterModel {
  const { days, shifts, fairness = SAMPLE_FAIRNESS, cyclic = false, start, mostChanges } = input
  const own: RosterTeam[] = teams.map((team) => input.teams[team])
  const ownLines: StaffingLine[] = lines.map((line) => input.lines[line])
  const weekday = (day: number) => (((input.firstWeekday + day) % 7) + 7) % 7
  const x = (team: number, day: number, shift: number) => (team * days + day) * shifts.length + shift
  const works = own.length * days * shifts.length
  // A team on a shift works on one of its lines.
  const onLine = new Map<string, number>()
  let columns = works
  const y = (team: number, day: number, line: number) => onLine.get(`${team} ${day} ${line}`)
  own.forEach((team, index) => {
    for (let day = 0; day < days; day++) {
      ownLines.forEach((line, lineIndex) => {
        const isAsked =
          neededOn(line, weekday(day)) > 0 && (line.squad === undefined || line.squad === team.squad)
        if (isAsked) onLine.set(`${index} ${day} ${lineIndex}`, columns++)
      })
    }
  })
  const short = (line: number, day: number) => columns + line * days + day
  const steps = columns + ownLines.length * days
  const step = Math.min(...shifts.map(({ hours }) => hours))
  const longest = Math.max(...shifts.map(({ hours }) => hours))
  const mostSteps = Math.ceil((days * longest) / step)
  const measures = [
    { weight: fairness.nights, most: days, carried: (team: RosterTeam) => team.carried?.nights ?? 0 },
    { weight: fairness.weekends, most: days, carried: (team: RosterTeam) => team.carried?.weekends ?? 0 },
    { weight: fairness.hours, most: mostSteps, carried: (team: RosterTeam) => team.carried?.shifts ?? 0 },
  ]
  const perTeam = measures.reduce((sum, { most }) => sum + most, 0)
  const firstStep = (team: number, measure: number) =>
    steps + team * perTeam + measures.slice(0, measure).reduce((sum, { most }) => sum + most, 0)
  const all = steps + own.length * perTeam

  const isAway = own.map(({ leave = [] }) => {
    const away = new Uint8Array(days)
    for (const day of leave) away[day] = 1
    return away
  })
  const share = isAway.map((away) => 1 - away.reduce((sum, each) => sum + each, 0) / days)
  /** What the j-th night (weekend shift, step of hours) of a team costs more than the one before. */
  const marginal = (team: number, measure: number, j: number) => {
    const { weight, carried } = measures[measure]
    return share[team] === 0 ? 0 : (weight * (2 * (carried(own[team]) + j) - 1)) / share[team]
  }
  const measured = (team: number, measure: number): [number, number][] => {
    const entries: [number, number][] = []
    for (let day = 0; day < days; day++) {
      shifts.forEach(({ night, hours }, shift) => {
        const value = [night ? 1 : 0, weekday(day) >= 5 ? 1 : 0, hours / step][measure]
        if (value > 0) entries.push([x(team, day, shift), value])
      })
    }
    return entries
  }

  /** Rows every roster has, whatever its rules: one shift a day, on one line each. */
  const structure = () => {
    const rows: Omit<TaggedRow, 'tag'>[] = []
    own.forEach((_, team) => {
      for (let day = 0; day < days; day++) {
        rows.push({ entries: shifts.map((__, shift) => [x(team, day, shift), 1]), lower: 0, upper: 1 })
        shifts.forEach((__, shift) => {
          const entries: [number, number][] = [[x(team, day, shift), -1]]
          ownLines.forEach((line, index) => {
            const column = line.shift === shift ? y(team, day, index) : undefined
            if (column !== undefined) entries.push([column, 1])
          })
          rows.push({ entries, lower: 0, upper: 0 })
        })
      }
    })
    return rows
  }

  /** What a team did on a day before day 0, or does on a day after the last of a cycle; undefined: nothing is known. */
  const term = (team: number, day: number, shift: number): number | { column: number } | undefined => {
    if (day >= 0 && day < days) return { column: x(team, day, shift) }
    if (cyclic) return { column: x(team, ((day % days) + days) % days, shift) }
    const { before = [] } = own[team]
    const at = before.length + day
    return day < 0 && at >= 0 ? (before[at] === shift ? 1 : 0) : undefined
  }
  const firstDay = (team: number) => (cyclic ? 0 : -(own[team].before?.length ?? 0))
  const inside = (list: number[]) =>
    [...new Set(list.map((day) => ((day % days) + days) % days))].sort((a, b) => a - b)

  /** Σ of terms ≤ most; where all of it is in the past there is nothing to keep. */
  const atMost = (
    rows: TaggedRow[],
    tag: RuleInstance,
    terms: { team: number; day: number; shift: number; value: number }[],
    most: number,
  ) => {
    let limit = most
    const entries = new Map<number, number>()
    for (const { team, day, shift, value } of terms) {
      const found = term(team, day, shift)
      if (found === undefined) continue
      if (typeof found === 'number') limit -= found * value
      else entries.set(found.column, (entries.get(found.column) ?? 0) + value)
    }
    if (entries.size === 0) return
    const largest = [...entries.values()].reduce((sum, value) => sum + value, 0)
    if (largest <= limit) return
    rows.push({ tag, entries: [...entries], lower: Number.NEGATIVE_INFINITY, upper: limit })
  }

  const ruleRows = () => {
    const rows: TaggedRow[] = []
    const { restHours, mostNightsInARow, mostDaysInARow, mostHoursAWeek, daysOffAWeek } = input.rules
    own.forEach((_, team) => {
      const place = teams[team]
      const last = cyclic ? days : days - 1
      for (let day = firstDay(team); day <= last - (cyclic ? 1 : 0); day++) {
        // Rest: after a shift none that begins too early, on the next days.
        for (let ahead = 1; ahead <= 3; ahead++) {
          if (!cyclic && day + ahead >= days) break
          shifts.forEach((shift, index) => {
            const end = shift.startHour + shift.hours
            const early = shifts.flatMap((next, other) =>
              next.startHour + ahead * HOURS - end < restHours - 1e-9 ? [other] : [],
            )
            if (early.length === 0) return
            const terms = [
              { team, day, shift: index, value: 1 },
              ...early.map((other) => ({ team, day: day + ahead, shift: other, value: 1 })),
            ]
            atMost(
              rows,
              {
                rule: 'rest',
                team: place,
                days: inside([day, day + ahead].filter((each) => each >= 0 || cyclic)),
              },
              terms,
              1,
            )
          })
        }
        const inARow = (
          rule: 'nightsInARow' | 'daysInARow',
          most: number,
          which: (night: boolean) => boolean,
        ) => {
          const window = Array.from({ length: most + 1 }, (_, index) => day + index)
          if (!cyclic && day + most >= days) return
          if (cyclic && most >= days) return
          const terms = window.flatMap((each) =>
            shifts.flatMap(({ night }, shift) =>
              which(night) ? [{ team, day: each, shift, value: 1 }] : [],
            ),
          )
          atMost(
            rows,
            { rule, team: place, days: inside(window.filter((each) => each >= 0 || cyclic)) },
            terms,
            most,
          )
        }
        inARow('nightsInARow', mostNightsInARow, (night) => night)
        inARow('daysInARow', mostDaysInARow, () => true)
      }
      for (const week of weeksOf(days, input.firstWeekday)) {
        const terms = (value: (hours: number) => number) =>
          week.flatMap((day) => shifts.map(({ hours }, shift) => ({ team, day, shift, value: value(hours) })))
        atMost(
          rows,
          { rule: 'hoursAWeek', team: place, days: week },
          terms((hours) => hours),
          mostHoursAWeek,
        )
        // Of a week that is cut, as many days off as fit its part.
        const off = week.length === 7 ? daysOffAWeek : Math.floor((daysOffAWeek * week.length) / 7)
        atMost(
          rows,
          { rule: 'daysOffAWeek', team: place, days: week },
          terms(() => 1),
          week.length - off,
        )
      }
    })
    if (start && mostChanges !== undefined) {
      // Kept: the shift it had, or off as it was (1 − Σ x).
      const entries = new Map<number, number>()
      let kept = 0
      own.forEach((_, team) => {
        for (let day = 0; day < days; day++) {
          const shift = start[teams[team] * days + day]
          if (shift >= 0) entries.set(x(team, day, shift), 1)
          else {
            kept++
            for (let other = 0; other < shifts.length; other++) entries.set(x(team, day, other), -1)
          }
        }
      })
      rows.push({
        tag: { rule: 'changes', days: Array.from({ length: days }, (_, day) => day) },
        entries: [...entries],
        lower: own.length * days - mostChanges - kept,
        upper: Number.POSITIVE_INFINITY,
      })
    }
    return rows
  }

  const staffed = (line: number, day: number): [number, number][] =>
    own.flatMap((_, team): [number, number][] => {
      const column = y(team, day, line)
      return column === undefined ? [] : [[column, 1]]
    })

  const build = (): MipModel => {
    const rows = new MipRows()
    for (const { entries, lower, upper } of [...structure(), ...ruleRows()]) rows.add(entries, lower, upper)
    ownLines.forEach((line, index) => {
      for (let day = 0; day < days; day++) {
        const needed = neededOn(line, weekday(day))
        if (needed > 0) rows.add([...staffed(index, day), [short(index, day), 1]], needed, needed)
      }
    })
    own.forEach((_, team) => {
      measures.forEach(({ most }, measure) => {
        const first = firstStep(team, measure)
        const entries = measured(team, measure)
        for (let j = 0; j < most; j++) entries.push([first + j, -1])
        rows.add(entries, 0, 0)
      })
    })
    const cost = new Float64Array(all)
    const upper = new Float64Array(all).fill(1)
    const whole = new Int32Array(all)
    whole.fill(1, 0, works)
    ownLines.forEach((line, index) => {
      for (let day = 0; day < days; day++) {
        cost[short(index, day)] = SHORTFALL_COST
        upper[short(index, day)] = neededOn(line, weekday(day))
      }
    })
    own.forEach((team, index) => {
      for (let day = 0; day < days; day++) {
        if (isAway[index][day]) upper.fill(0, x(index, day, 0), x(index, day, 0) + shifts.length)
        ownLines.forEach((line, lineIndex) => {
          const column = y(index, day, lineIndex)
          if (column !== undefined && (!mayWork(team, line) || isAway[index][day])) upper[column] = 0
        })
      }
      measures.forEach(({ most }, measure) => {
        for (let j = 1; j <= most; j++) cost[firstStep(index, measure) + j - 1] = marginal(index, measure, j)
      })
    })
    return { sense: 'minimize', cost, lower: new Float64Array(all), upper, whole, ...rows.model }
  }

  const tally = (choice: Choice, team: number) => {
    const own = { nights: 0, weekends: 0, hours: 0 }
    for (let day = 0; day < days; day++) {
      const shift = choice.shifts[team * days + day]
      if (shift < 0) continue
      own.hours += shifts[shift].hours
      if (shifts[shift].night) own.nights++
      if (weekday(day) >= 5) own.weekends++
    }
    return own
  }
  const amounts = (choice: Choice, team: number) => {
    const { nights, weekends, hours } = tally(choice, team)
    return [nights, weekends, hours / step]
  }

  return {
    teams,
    lines,
    input,
    mip: build(),
    rules() {
      const rows = ruleRows()
      own.forEach((team, index) => {
        for (let day = 0; day < days; day++) {
          if (isAway[index][day]) {
            rows.push({
              tag: { rule: 'leave', team: teams[index], days: [day] },
              entries: shifts.map((_, shift) => [x(index, day, shift), 1]),
              lower: Number.NEGATIVE_INFINITY,
              upper: 0,
            })
          }
          ownLines.forEach((line, lineIndex) => {
            const column = y(index, day, lineIndex)
            if (column === undefined || mayWork(team, line)) return
            rows.push({
              tag: { rule: 'qualification', team: teams[index], line: lines[lineIndex], days: [day] },
              entries: [[column, 1]],
              lower: Number.NEGATIVE_INFINITY,
              upper: 0,
            })
          })
        }
      })
      ownLines.forEach((line, index) => {
        for (let day = 0; day < days; day++) {
          const needed = neededOn(line, weekday(day))
          if (needed === 0) continue
          rows.push({
            tag: { rule: 'staffing', line: lines[index], days: [day] },
            entries: staffed(index, day),
            lower: needed,
            upper: Number.POSITIVE_INFINITY,
          })
        }
      })
      return { columns, structure: structure(), rows }
    },
    choiceOf(values) {
      const choice: Choice = {
        shifts: new Int8Array(own.length * days).fill(-1),
        lines: new Int16Array(own.length * days).fill(-1),
      }
      own.forEach((_, team) => {
        for (let day = 0; day < days; day++) {
          shifts.forEach((__, shift) => {
            if (values[x(team, day, shift)] > 0.5) choice.shifts[team * days + day] = shift
          })
        }
      })
      placeOnLines(choice, { own, ownLines, days, weekday })
      return choice
    },
    columnsOf(answer) {
      const values = new Float64Array(all)
      own.forEach((_, team) => {
        for (let day = 0; day < days; day++) {
          const shift = answer.shifts[team * days + day]
          if (shift < 0) continue
          values[x(team, day, shift)] = 1
          const column = y(team, day, answer.lines[team * days + day])
          if (column !== undefined) values[column] = 1
        }
        amounts(answer, team).forEach((amount, measure) => {
          for (let j = 0; j < amount; j++) values[firstStep(team, measure) + j] = Math.min(1, amount - j)
        })
      })
      for (const { line, day, missing } of answer.shortfalls) values[short(line, day)] = missing
      return values
    },
    read(choice) {
      let objective = 0
      const shortfalls: PartAnswer['shortfalls'] = []
      ownLines.forEach((line, index) => {
        for (let day = 0; day < days; day++) {
          let there = 0
          for (let team = 0; team < own.length; team++)
            there += choice.lines[team * days + day] === index ? 1 : 0
          const missing = neededOn(line, weekday(day)) - there
          if (missing > 0) shortfalls.push({ line: index, day, missing })
          objective += SHORTFALL_COST * Math.max(0, missing)
        }
      })
      let changes = 0
      own.forEach((_, team) => {
        amounts(choice, team).forEach((amount, measure) => {
          for (let j = 1; j - 1 < amount; j++)
            objective += marginal(team, measure, j) * Math.min(1, amount - j + 1)
        })
        for (let day = 0; start && day < days; day++) {
          changes += start[teams[team] * days + day] === choice.shifts[team * days + day] ? 0 : 1
        }
      })
      return { ...choice, objective, shortfalls, changes, tallies: own.map((_, team) => tally(choice, team)) }
    },
  }
}

/** Days of each calendar week, Monday to Sunday, the first and last of which may be cut. */
export function weeksOf(days: number, firstWeekday: number): number[][] {
  const weeks: number[][] = []
  for (let day = 0; day < days; day++) {
    if (day === 0 || (firstWeekday + day) % 7 === 0) weeks.push([])
    weeks[weeks.length - 1].push(day)
  }
  return weeks
}

/** Teams on a shift matched to its lines (augmenting paths): the model has made sure that it works out. Whoever is not needed is off. */
export function placeOnLines(
  choice: Choice,
  {
    own,
    ownLines,
    days,
    weekday,
  }: {
    own: readonly RosterTeam[]
    ownLines: readonly StaffingLine[]
    days: number
    weekday: (day: number) => number
  },
): void {
  for (let day = 0; day < days; day++) {
    const places = ownLines.flatMap((line, index) => Array<number>(neededOn(line, weekday(day))).fill(index))
    const takenBy = new Int16Array(places.length).fill(-1)
    own.forEach((_, team) => {
      const shift = choice.shifts[team * days + day]
      if (shift < 0) return
      const seen = new Set<number>()
      const settle = (each: number): boolean =>
        places.some((line, place) => {
          const isFit =
            ownLines[line].shift === choice.shifts[each * days + day] && mayWork(own[each], ownLines[line])
          if (!isFit || seen.has(place)) return false
          seen.add(place)
          if (takenBy[place] >= 0 && !settle(takenBy[place])) return false
          takenBy[place] = each
          return true
        })
      if (!settle(team)) choice.shifts[team * days + day] = -1
    })
    takenBy.forEach((team, place) => {
      if (team >= 0) choice.lines[team * days + day] = places[place]
    })
  }
}
