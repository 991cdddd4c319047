/**
 * Where each published target lives in the demo city: which rows, in which window. The numbers themselves come from
 * geodata/facts/calibration.json. Periods the print leaves open are read as the calendar year their year word names.
 */
import { readCalibration } from '../facts.ts'
import { localMidnight } from './things/rhythm.ts'

/** Half-open, epoch milliseconds, from and to midnights in Shanghai. */
export interface Window {
  from: number
  to: number
}

const year = (first: number): Window => ({
  from: localMidnight(`${first}-01-01`),
  to: localMidnight(`${first + 1}-01-01`),
})

export const windows = {
  2023: year(2023),
  2024: year(2024),
  /** "This year" of the undated article. */
  2025: year(2025),
  /** "Since July" of the same article: the city centre's first half-year. */
  centre: { from: localMidnight('2025-07-01'), to: localMidnight('2026-01-01') },
} satisfies Record<string, Window>

/** The first instant of the demo's history, and the earliest `asOf` at which all targets lie in the past. */
export const historyStart = windows[2023].from
export const earliestAsOf = windows[2025].to

/** The village the care-and-support figure names, and the village-level unit without a centre (30 units, 29 centres). */
export const careVillageCode = '530681103202'
export const villageWithoutCentreCode = '530681001009'

export type Targets = ReturnType<typeof readTargets>

/** The targets by where the generators need them. */
export function readTargets() {
  const items = new Map(readCalibration().items.map((item) => [item.fact, item]))
  const item = (fact: string) => {
    const found = items.get(fact)
    if (!found) throw new Error(`calibration.json lacks ${fact}`)
    return found
  }
  const target = (fact: string) => item(fact).target
  const pair = (fact: string) => {
    const found = item(fact).feasiblePair
    if (!found) throw new Error(`calibration.json gives no pair of counts for ${fact}`)
    return found
  }
  const parts = (fact: string) => {
    const found = item(fact).breakdown
    if (!found) throw new Error(`calibration.json gives no breakdown of ${fact}`)
    return found
  }
  /** The whole of which `part` is `percent`, rounded to `decimals`: the smallest count that fits. */
  const wholeOf = (part: number, percent: number, decimals: number) => {
    for (let whole = part; whole <= part * 1000; whole++) {
      if (Math.abs(Number(((part / whole) * 100).toFixed(decimals)) - percent) < 1e-9) return whole
    }
    throw new Error(`no whole number fits ${part} being ${percent} %`)
  }
  const familySettled = target('shuifu-2025-family-disputes')
  const mediatedBefore = target('shuifu-2025-prelitigation-mediated')
  return {
    incidents: {
      publicOrder: pair('shuifu-2024-public-order-incidents-yoy'),
      criminal: pair('shuifu-2024-criminal-incidents-yoy'),
      inProjects: pair('shuifu-2024-project-public-order-cases-yoy'),
      onlineRumours: target('shuifu-2024-online-rumours'),
    },
    disputes: {
      returnee: {
        categories: parts('shuifu-2025-returnee-disputes'),
        settled: target('shuifu-2025-returnee-disputes-resolved'),
      },
      centre: {
        mediated: target('shuifu-2025-centre-mediated'),
        arbitrated: target('shuifu-2025-centre-arbitrated'),
        open: target('shuifu-2025-centre-open'),
      },
      platform: {
        found: target('shuifu-2025-platform-disputes'),
        settled: target('shuifu-2025-platform-disputes-settled'),
      },
      family: {
        found: wholeOf(familySettled, target('shuifu-2025-family-dispute-rate'), 0),
        settled: familySettled,
      },
      prelitigation: {
        found: wholeOf(mediatedBefore, target('shuifu-2025-prelitigation-share'), 1),
        mediated: mediatedBefore,
      },
      litigation: pair('shuifu-2025-litigation-yoy'),
      majorSettled: target('shuifu-2025-major-disputes-settled'),
      projectsSettled: target('shuifu-2024-project-disputes'),
      villagesWithoutLitigation: target('shuifu-2025-zero-litigation-villages'),
    },
    grids: {
      teamRoles: target('shuifu-2018-grid-team-roles'),
      partyShare: target('shuifu-2025-grid-party-share'),
    },
    patrol: {
      duties: target('shuifu-2025-patrol-duties'),
      serviceModes: target('shuifu-2025-patrol-modes'),
      visibilityGoals: target('shuifu-2025-visibility-goals'),
      officers: target('shuifu-2025-officers'),
      checks: target('shuifu-2025-enforcement-checks'),
      drills: target('shuifu-2024-drills'),
    },
    projects: {
      count: target('shuifu-2025-major-projects'),
      households: target('shuifu-2025-resettled-households'),
      floorAreaM2: Math.round(target('shuifu-2025-acquired-floor-area') * 10_000),
      landMu: target('shuifu-2025-acquired-land'),
    },
    centres: {
      city: target('shuifu-2018-centres-county'),
      township: target('shuifu-2018-centres-town'),
      village: target('shuifu-2018-centres-village'),
      halls: target('shuifu-2018-service-halls'),
    },
    cameras: {
      atLeast: target('shuifu-2025-cameras'),
      public2018: target('shuifu-2018-public-cameras'),
      social2018: target('shuifu-2018-social-cameras'),
      units2018: target('shuifu-2018-camera-social-units'),
    },
    resources: {
      systemUsers: target('shuifu-2018-system-users'),
      terminals: target('shuifu-2018-mobile-terminals'),
      professionalSquads: target('shuifu-2025-outreach-squads-professional'),
      volunteerSquads: target('shuifu-2025-outreach-squads-volunteer'),
      lawWisePeople: target('shuifu-2025-law-wise-people'),
      eldersRoomMediators: target('shuifu-2025-elders-room-mediators'),
      layers: parts('shuifu-2025-governance-layers'),
      capabilities: parts('shuifu-2025-governance-capabilities'),
      dutyListLevels: target('shuifu-2025-power-list-levels'),
      centreLevels: target('shuifu-2025-centre-levels'),
    },
    activities: {
      warnings: target('shuifu-2025-risk-warnings'),
      talks: target('shuifu-2025-outreach-talks'),
      audience: target('shuifu-2025-outreach-audience'),
      sectorSessions: target('shuifu-2025-sector-outreach-sessions'),
      trainings: target('shuifu-2025-law-wise-trainings'),
      posts: target('shuifu-2024-legal-posts'),
      legalAidWorkers: target('shuifu-2024-devzone-legal-aid-workers'),
      zoneAmount: target('shuifu-2024-devzone-dispute-amount'),
    },
  }
}
