/** What disputes are about, how many there are and how they become known. The demo's own choice, nothing here is published. */
import type { Channel } from '../../things.ts'

export type KindWeights = Record<string, number>

/** What disputes are about, by source. The demo's own choice. */
export const disputeKinds = {
  platform: {
    D0201: 9,
    D0202: 9,
    D0203: 4,
    D0299: 4,
    D0101: 5,
    D0103: 3,
    D0102: 2,
    D0401: 3,
    D0402: 6,
    D0503: 7,
    D0507: 4,
    D0502: 1,
    D0599: 2,
    D0601: 6,
    D0602: 4,
    D0699: 2,
    D0701: 7,
    D0703: 4,
    D0804: 7,
    D0901: 4,
    D0902: 4,
    D0903: 3,
    D0904: 1,
    D1101: 1,
    D1102: 2,
    D1104: 1,
    D1105: 2,
    D1201: 1,
    D1301: 1,
    D99: 3,
  },
  centre: {
    D0503: 8,
    D0601: 9,
    D0402: 9,
    D0804: 12,
    D0701: 12,
    D0703: 8,
    D0202: 8,
    D0507: 6,
    D1105: 5,
    D99: 4,
  },
  family: { D0101: 62, D0102: 18, D0103: 16, D0199: 4 },
  prelitigation: { D0804: 28, D0602: 12, D0601: 12, D0503: 14, D0699: 12, D0402: 10, D0901: 5, D0401: 7 },
  litigation: { D0804: 34, D0602: 12, D0503: 18, D0699: 16, D0701: 10, D0101: 10 },
  project: { D1101: 8, D1102: 8, D1105: 6, D1104: 5, D0507: 3 },
  major: { D1102: 4, D1105: 4, D0703: 5, D0903: 2, D0502: 1 },
} satisfies Record<string, KindWeights>

/** The printed categories of returnee disputes as kinds. */
export const returneeKinds: Record<string, string> = {
  婚恋情感: 'D0101',
  家庭矛盾: 'D0103',
  经济债务: 'D0804',
  邻里: 'D0202',
  土地山林: 'D0903',
  其他: 'D99',
}

/** How many were found in the years no figure fixes: before 2025, and a year since. */
export const disputesOfOtherYears = {
  platform: { 2023: 1212, 2024: 1371, since: 1440 },
  returnee: { 2023: 88, 2024: 94, since: 97 },
  centre: { 2023: 0, 2024: 0, since: 290 },
  family: { 2023: 118, 2024: 126, since: 128 },
  prelitigation: { 2023: 470, 2024: 498, since: 515 },
  litigation: { 2023: 121, 2024: 0, since: 72 },
}

/** Where another source is named, most come through the platform, the rest through grid workers. */
export const channelOfSource: Record<string, Channel> = {
  platform: 'platform',
  returnee: 'gridWorker',
  centre: 'centre',
  litigation: 'court',
  prelitigation: 'court',
  major: 'platform',
}
