/**
 * When things happen: weights for every hour from the first to the last, one series a rhythm, from the hour of the day,
 * the kind of day, the season, holidays, rain and a mild trend. All shapes are the demo's own; nothing here is published.
 */

import { type Random, WeightedSampler } from '../../random.ts'
import { type DayKind, dayKind } from './holidays.ts'

const hour = 3_600_000
/** Asia/Shanghai, which has had no summer time since 1991. */
export const localOffset = 8 * hour

/** Midnight in Shanghai of 'YYYY-MM-DD' as epoch milliseconds. */
export const localMidnight = (date: string): number => Date.parse(`${date}T00:00:00Z`) - localOffset

/** 'YYYY-MM-DD' in Shanghai. */
export const localDate = (instant: number): string =>
  new Date(instant + localOffset).toISOString().slice(0, 10)

/** Hour of the day in Shanghai, 0…23. */
export const localHour = (instant: number): number => Math.floor((instant + localOffset) / hour) % 24

interface Rhythm {
  /** Weights of the 24 hours on working days and on days off; only ratios count. */
  work: string
  off: string
  /** A whole day off against a whole working day. */
  dayOff: number
  /** January … December. */
  season: number[]
  /** How much a day of rain (25 mm) adds: 1 doubles it. */
  rain: number
  /** Factor a year. */
  trend: number
  /** Extra factor of a day, e.g. for holidays. */
  day?: (day: DayKind) => number
}

const flat = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
const wet = [0.4, 0.4, 0.6, 0.8, 1.1, 1.6, 2.1, 1.9, 1.4, 0.8, 0.5, 0.4]
const holidayMakers = (day: DayKind) =>
  day.holiday === 'nationalDay' || day.holiday === 'labourDay'
    ? 1.45
    : day.holiday === 'springFestival'
      ? 1.6
      : day.holiday !== null
        ? 1.2
        : 1
/** Workers come home in the three weeks before New Year and leave in the three weeks after the Lantern Festival. */
const peopleHome = (day: DayKind) => {
  const since = day.sinceLunarNewYear
  if (since === null || since < -24 || since > 28) return 1
  return since < 0 ? 1 + (since + 24) / 48 : since <= 7 ? 1.5 : 1.5 - (since - 7) / 42
}
const travelDays = (day: DayKind) => {
  const since = day.sinceLunarNewYear
  return since !== null && ((since >= -5 && since <= -1) || (since >= 4 && since <= 8)) ? 1.4 : 1
}

// Hours 0…23, one digit each: 0 never, 9 most.
const rhythms = {
  theft: {
    work: '321112233456665566677654',
    off: '322112223456777777788765',
    dayOff: 1.1,
    season: [1.2, 0.9, 0.9, 1, 1, 1, 1.1, 1.1, 1, 1, 1.1, 1.3],
    rain: -0.15,
    trend: 0.97,
    day: (day) => (day.holiday === 'springFestival' ? 0.5 : 1),
  },
  burglary: {
    work: '455542123566554467655445',
    off: '455542222344444456778765',
    dayOff: 1,
    season: [1.3, 0.9, 0.9, 1, 1, 1, 1.2, 1.2, 1, 0.9, 1, 1.3],
    rain: 0,
    trend: 0.96,
    day: (day) => (day.holiday === 'springFestival' ? 0.5 : 1),
  },
  night: {
    work: '643211111222333344566789',
    off: '765321111222344444567899',
    dayOff: 1.45,
    season: [0.8, 1, 0.8, 0.9, 1, 1.2, 1.4, 1.4, 1.1, 1, 0.8, 0.8],
    rain: -0.2,
    trend: 0.97,
    day: (day) => (day.offTomorrow ? 1.2 : 1) * holidayMakers(day),
  },
  desk: {
    work: '100000001589964469985321',
    off: '110000001467765557765432',
    dayOff: 0.55,
    season: [0.9, 0.7, 1.1, 1, 1, 1, 1, 1, 1.05, 1, 1.1, 1.2],
    rain: 0,
    trend: 1.02,
    day: (day) => (day.holiday === 'springFestival' ? 0.35 : day.holiday !== null ? 0.7 : 1),
  },
  online: {
    work: '211100012456655677765543',
    off: '221100012345666667766543',
    dayOff: 0.95,
    season: [1, 0.8, 1, 1, 1, 1.1, 1.1, 1, 1, 1, 1.3, 1.2],
    rain: 0,
    trend: 1.03,
  },
  traffic: {
    work: '111111369665665567986432',
    off: '221111234567777788876543',
    dayOff: 0.92,
    season: [1.05, 1, 0.95, 0.95, 1, 1.05, 1.05, 1, 1, 1.05, 1, 1],
    rain: 0.5,
    trend: 1.02,
    day: (day) => holidayMakers(day) * travelDays(day),
  },
  truck: {
    work: '322334567788777788765543',
    off: '322334456677777777665543',
    dayOff: 0.8,
    season: flat,
    rain: 0.45,
    trend: 1.03,
    day: (day) => (day.holiday === 'springFestival' ? 0.25 : 1),
  },
  parking: {
    work: '210000137765665667889753',
    off: '210000024678876667899864',
    dayOff: 1.15,
    season: flat,
    rain: 0.1,
    trend: 1.04,
    day: holidayMakers,
  },
  fire: {
    work: '322222344455665566778765',
    off: '322222344455665566778876',
    dayOff: 1.05,
    season: [1.5, 1.5, 1.2, 1, 0.8, 0.8, 0.9, 1, 0.7, 0.7, 1, 1.3],
    rain: -0.3,
    trend: 0.98,
    day: (day) => (day.holiday === 'springFestival' ? 2.6 : 1),
  },
  forestFire: {
    work: '000000012356789987643100',
    off: '000000012356789987643100',
    dayOff: 1.3,
    season: [1.3, 2.2, 2.4, 1.8, 0.7, 0.2, 0.2, 0.3, 0.3, 0.4, 0.6, 0.9],
    rain: -0.9,
    trend: 0.96,
    day: (day) => (day.holiday === 'qingming' ? 4 : day.holiday === 'springFestival' ? 3 : 1),
  },
  home: {
    work: '322112346665655556788865',
    off: '332112345666766667788865',
    dayOff: 1.08,
    season: [1.05, 1.05, 0.95, 0.95, 0.95, 1, 1.15, 1.15, 1, 0.95, 0.95, 1],
    rain: 0.15,
    trend: 1.02,
    day: (day) => peopleHome(day) * (day.holiday === 'nationalDay' ? 1.15 : 1),
  },
  water: {
    work: '000000012233455788752100',
    off: '000000023345678999863200',
    dayOff: 2.2,
    season: [0.1, 0.1, 0.2, 0.5, 1, 2, 3.5, 3.3, 1.4, 0.4, 0.2, 0.1],
    rain: 0.1,
    trend: 0.95,
  },
  noise: {
    work: '842100012222234323457999',
    off: '953211123333344444567999',
    dayOff: 1.5,
    season: [0.8, 0.9, 0.9, 1, 1.1, 1.25, 1.35, 1.3, 1.1, 1, 0.8, 0.8],
    rain: -0.15,
    trend: 1,
    day: (day) => (day.offTomorrow ? 1.25 : 1),
  },
  construction: {
    work: '331101356764445665446875',
    off: '331101355654445555446875',
    dayOff: 0.9,
    season: [0.8, 0.5, 1.1, 1.2, 1.2, 1, 1, 1, 1.1, 1.2, 1.1, 0.9],
    rain: -0.3,
    trend: 1.02,
    day: (day) => (day.holiday === 'springFestival' ? 0.1 : 1),
  },
  stalls: {
    work: '100001368875444556899631',
    off: '100001379986555667999742',
    dayOff: 1.25,
    season: [0.9, 0.8, 0.9, 1, 1.1, 1.2, 1.2, 1.2, 1.1, 1, 0.9, 0.9],
    rain: -0.4,
    trend: 0.98,
  },
  patrol: {
    work: '110000037998543688863211',
    off: '110000024555433444432211',
    dayOff: 0.5,
    season: [1, 0.7, 1.05, 1.05, 1.05, 1.2, 1.2, 1.1, 1.05, 1, 1, 1.05],
    rain: 0.2,
    trend: 1.03,
    day: (day) => (day.holiday === 'springFestival' ? 0.5 : 1),
  },
  rain: {
    work: '444455667776666555555544',
    off: '444455667776666555555544',
    dayOff: 1,
    season: wet,
    rain: 6,
    trend: 1,
  },
  sensor: {
    work: '444433344444455555555544',
    off: '444433344444455555555544',
    dayOff: 1,
    season: [1.1, 1.1, 1, 0.9, 0.9, 1.1, 1.3, 1.3, 1, 0.9, 1, 1.1],
    rain: 0.4,
    trend: 1.08,
  },
  returnee: {
    work: '000000002689974469985210',
    off: '000000002578864458874210',
    dayOff: 0.8,
    season: [2, 3.2, 1.4, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.8, 0.7, 1.1],
    rain: 0,
    trend: 1,
    day: peopleHome,
  },
} satisfies Record<string, Rhythm>

export type RhythmName = keyof typeof rhythms

/** Chance of a wet day by month, and its mean rain in mm: a humid basin edge with a summer peak. */
const wetChance = [0.35, 0.35, 0.4, 0.45, 0.48, 0.52, 0.5, 0.45, 0.52, 0.5, 0.38, 0.33]
const meanRain = [2, 2.5, 4, 7, 9, 13, 17, 16, 10, 5, 3, 2]

/** Rain of each day in mm; wet days follow wet days. */
function drawRain(firstDay: number, days: number, random: Random): Float64Array {
  const rain = new Float64Array(days)
  let wetYesterday = false
  for (let i = 0; i < days; i++) {
    const month = new Date((firstDay + i) * 24 * hour).getUTCMonth()
    const chance = wetChance[month] * (wetYesterday ? 1.35 : 0.75)
    wetYesterday = random.chance(chance)
    if (wetYesterday) rain[i] = random.exponential(meanRain[month])
  }
  return rain
}

export interface Rhythms {
  /** An instant in [from, to), epoch milliseconds, whole seconds; hours outside the series do not count. */
  draw(name: RhythmName, random: Random, from: number, to: number): number
  /** Share of the whole series that lies in [from, to). */
  share(name: RhythmName, from: number, to: number): number
  /** mm of rain on the local day of an instant. */
  rainOn(instant: number): number
}

/** @param from whole local hour @param to any instant after it, both epoch milliseconds */
export function createRhythms(from: number, to: number, random: Random): Rhythms {
  const hours = Math.ceil((to - from) / hour)
  const firstDay = Math.floor((from + localOffset) / (24 * hour))
  const firstHour = Math.floor((from + localOffset) / hour) - firstDay * 24
  const days = Math.ceil((hours + firstHour) / 24)
  const rain = drawRain(firstDay, days, random)
  const dayKinds = Array.from({ length: days }, (_, i) => dayKind(firstDay + i))
  const lastHourShare = (to - (from + (hours - 1) * hour)) / hour

  const weigh = (rhythm: Rhythm): WeightedSampler => {
    const [work, off] = [rhythm.work, rhythm.off].map((digits) => {
      // A weight of 0.15 keeps the odd case at an odd hour.
      const weights = [...digits].map((digit) => Number(digit) + 0.15)
      const total = weights.reduce((a, b) => a + b, 0)
      return weights.map((weight) => weight / total)
    })
    const weights = new Float64Array(hours)
    const dayWeights = dayKinds.map((day, i) => {
      const month = new Date((firstDay + i) * 24 * hour).getUTCMonth()
      return (
        rhythm.season[month] *
        (day.off ? rhythm.dayOff : 1) *
        (rhythm.day?.(day) ?? 1) *
        Math.max(0.1, 1 + (rhythm.rain * Math.min(rain[i], 75)) / 25) *
        rhythm.trend ** (i / 365.25)
      )
    })
    for (let i = 0; i < hours; i++) {
      const index = Math.floor((i + firstHour) / 24)
      weights[i] = dayWeights[index] * (dayKinds[index].off ? off : work)[(i + firstHour) % 24]
    }
    weights[hours - 1] *= lastHourShare
    return new WeightedSampler(weights)
  }
  const samplers = new Map<RhythmName, WeightedSampler>()
  const samplerOf = (name: RhythmName) => {
    const known = samplers.get(name)
    if (known) return known
    const made = weigh(rhythms[name])
    samplers.set(name, made)
    return made
  }
  const indexOf = (instant: number) => Math.min(hours, Math.max(0, Math.ceil((instant - from) / hour)))

  return {
    draw(name, stream, windowFrom, windowTo) {
      const index = samplerOf(name).draw(stream, indexOf(windowFrom), indexOf(windowTo))
      const span = index === hours - 1 ? lastHourShare * 3600 : 3600
      return from + index * hour + Math.floor(stream.next() * span) * 1000
    },
    share(name, windowFrom, windowTo) {
      const sampler = samplerOf(name)
      return sampler.sum(indexOf(windowFrom), indexOf(windowTo)) / sampler.total
    },
    rainOn: (instant) => rain[Math.floor((instant + localOffset) / (24 * hour)) - firstDay] ?? 0,
  }
}
