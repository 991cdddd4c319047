/**
 * What happens in the demo city: for every leaf kind its share in its group, where, when, how it becomes known and how
 * it is handled. All numbers are the demo's own choice, none is published.
 */
import type { Channel, KindGroup } from '../../things.ts'
import type { RhythmName } from './rhythm.ts'
import type { Affinity } from './spots.ts'

/** police: sent at once; desk: a hotline matter, in office hours; grid: found and followed up by a grid team. */
export type HandledBy = 'police' | 'desk' | 'grid'

export interface KindMix {
  code: string
  group: Exclude<KindGroup, 'dispute'>
  /** Share within the group; only ratios count. */
  share: number
  where: Partial<Record<Affinity, number>>
  when: RhythmName
  /** Chance that one follows an earlier one at nearly the same place within days. */
  repeat: number
  /** Chances of level 1, 2, 3; the rest is 4. */
  levels: [number, number, number]
  handledBy: HandledBy
  /** Median minutes from arrival to closing (police), median days (desk, grid). */
  takes: number
  channels: Partial<Record<Channel, number>>
  outcomes: Record<string, number>
}

const called = { '110': 0.88, patrol: 0.08, gridWorker: 0.04 }
const onTheRoad = { '110': 0.8, patrol: 0.1, iot: 0.06, '12345': 0.04 }
const asked = { '110': 0.76, '12345': 0.12, gridWorker: 0.12 }
const complained = { '12345': 0.56, '110': 0.28, gridWorker: 0.16 }
const found = { gridWorker: 0.64, patrol: 0.13, iot: 0.11, '12345': 0.12 }
const sensed = { iot: 0.55, gridWorker: 0.3, '12345': 0.15 }

type Row = Omit<KindMix, 'group' | 'channels' | 'handledBy' | 'outcomes' | 'levels'> &
  Partial<Pick<KindMix, 'channels' | 'handledBy' | 'outcomes' | 'levels'>>

const group = (
  name: KindMix['group'],
  base: Pick<KindMix, 'channels' | 'handledBy' | 'outcomes' | 'levels'>,
  rows: Row[],
): KindMix[] => rows.map((row) => ({ group: name, ...base, ...row }))

export const mix: KindMix[] = [
  ...group(
    'criminal',
    {
      channels: called,
      handledBy: 'police',
      levels: [0.001, 0.02, 0.2],
      outcomes: { caseFiled: 0.8, unfounded: 0.08, transferred: 0.12 },
    },
    [
      {
        code: '010100',
        share: 26,
        where: { 'site:market,station,square': 0.35, street: 0.45, home: 0.2 },
        when: 'theft',
        repeat: 0.2,
        takes: 150,
      },
      { code: '010200', share: 10, where: { home: 1 }, when: 'burglary', repeat: 0.35, takes: 240 },
      {
        code: '010300',
        share: 8,
        where: { street: 0.6, home: 0.25, 'site:station,market,hospital': 0.15 },
        when: 'night',
        repeat: 0.25,
        takes: 120,
      },
      {
        code: '010400',
        share: 36,
        where: { home: 0.9, 'site:bank': 0.1 },
        when: 'online',
        repeat: 0.02,
        takes: 180,
      },
      {
        code: '010500',
        share: 6,
        where: { home: 0.6, 'site:bank,market': 0.4 },
        when: 'desk',
        repeat: 0.05,
        takes: 150,
      },
      {
        code: '010600',
        share: 5,
        where: { street: 0.55, home: 0.35, 'site:square,hotSpring': 0.1 },
        when: 'night',
        repeat: 0.05,
        takes: 260,
        levels: [0.005, 0.12, 0.5],
      },
      { code: '010800', share: 4, where: { street: 0.5, home: 0.5 }, when: 'night', repeat: 0.1, takes: 110 },
      {
        code: '010900',
        share: 2,
        where: { home: 0.5, 'site:station': 0.2, street: 0.3 },
        when: 'night',
        repeat: 0.05,
        takes: 300,
        levels: [0.005, 0.12, 0.5],
      },
      { code: '019900', share: 3, where: { home: 0.6, street: 0.4 }, when: 'desk', repeat: 0.02, takes: 160 },
    ],
  ),
  ...group(
    'publicOrder',
    {
      channels: called,
      handledBy: 'police',
      levels: [0, 0.01, 0.1],
      outcomes: { warned: 0.42, penalised: 0.28, handledOnScene: 0.22, unfounded: 0.08 },
    },
    [
      {
        code: '020100',
        share: 26,
        where: { street: 0.6, home: 0.25, 'site:square,market,hotSpring': 0.15 },
        when: 'night',
        repeat: 0.08,
        takes: 70,
      },
      {
        code: '020200',
        share: 15,
        where: { 'site:station,square,hospital,government': 0.4, street: 0.6 },
        when: 'night',
        repeat: 0.1,
        takes: 45,
      },
      {
        code: '020300',
        share: 12,
        where: { home: 0.75, street: 0.25 },
        when: 'night',
        repeat: 0.2,
        takes: 95,
      },
      {
        code: '020400',
        share: 19,
        where: { 'site:market,station': 0.45, street: 0.4, home: 0.15 },
        when: 'theft',
        repeat: 0.2,
        takes: 60,
      },
      { code: '020500', share: 8, where: { street: 0.6, home: 0.4 }, when: 'night', repeat: 0.15, takes: 50 },
      {
        code: '020600',
        share: 8,
        where: { street: 0.7, 'site:square,hotSpring': 0.3 },
        when: 'night',
        repeat: 0.06,
        takes: 80,
      },
      {
        code: '020700',
        share: 3,
        where: { 'site:station,port': 0.7, street: 0.3 },
        when: 'desk',
        repeat: 0,
        takes: 60,
      },
      { code: '020900', share: 4, where: { home: 0.7, street: 0.3 }, when: 'fire', repeat: 0.1, takes: 25 },
      { code: '029900', share: 5, where: { street: 0.5, home: 0.5 }, when: 'home', repeat: 0.05, takes: 45 },
    ],
  ),
  ...group(
    'traffic',
    {
      channels: onTheRoad,
      handledBy: 'police',
      levels: [0, 0.004, 0.03],
      outcomes: { handledOnScene: 0.75, cleared: 0.2, transferred: 0.05 },
    },
    [
      {
        code: '030100',
        share: 37,
        where: { junction: 0.5, arterial: 0.5 },
        when: 'traffic',
        repeat: 0.1,
        takes: 32,
      },
      {
        code: '030200',
        share: 8,
        where: { junction: 0.4, arterial: 0.6 },
        when: 'traffic',
        repeat: 0.08,
        takes: 62,
        levels: [0.004, 0.05, 0.35],
        outcomes: { handledOnScene: 0.6, transferred: 0.4 },
      },
      {
        code: '030300',
        share: 17,
        where: { junction: 0.45, arterial: 0.3, street: 0.25 },
        when: 'traffic',
        repeat: 0.08,
        takes: 38,
        levels: [0, 0.02, 0.14],
      },
      {
        code: '030400',
        share: 11,
        where: { junction: 0.7, 'site:school,station': 0.3 },
        when: 'traffic',
        repeat: 0.25,
        takes: 28,
        outcomes: { cleared: 1 },
      },
      {
        code: '030500',
        share: 16,
        where: { street: 0.6, 'site:market,hospital,school,station': 0.4 },
        when: 'parking',
        repeat: 0.25,
        takes: 18,
        outcomes: { cleared: 0.6, warned: 0.3, penalised: 0.1 },
      },
      {
        code: '030600',
        share: 6,
        where: { arterial: 0.55, hillRoad: 0.45 },
        when: 'rain',
        repeat: 0.12,
        takes: 45,
        outcomes: { cleared: 1 },
      },
      {
        code: '030700',
        share: 4,
        where: { arterial: 0.6, hillRoad: 0.25, 'site:port,factory': 0.15 },
        when: 'truck',
        repeat: 0.1,
        takes: 80,
        levels: [0, 0.03, 0.2],
        outcomes: { cleared: 1 },
      },
      {
        code: '039900',
        share: 3,
        where: { arterial: 0.6, street: 0.4 },
        when: 'traffic',
        repeat: 0.05,
        takes: 25,
      },
    ],
  ),
  ...group(
    'fire',
    {
      channels: { '110': 0.84, iot: 0.1, gridWorker: 0.06 },
      handledBy: 'police',
      levels: [0.005, 0.05, 0.3],
      outcomes: { extinguished: 1 },
    },
    [
      {
        code: '040100',
        share: 30,
        where: { home: 0.75, 'site:factory,market': 0.25 },
        when: 'fire',
        repeat: 0.04,
        takes: 75,
      },
      {
        code: '040200',
        share: 9,
        where: { arterial: 0.7, street: 0.3 },
        when: 'traffic',
        repeat: 0,
        takes: 60,
      },
      {
        code: '040300',
        share: 25,
        where: { open: 0.9, hillRoad: 0.1 },
        when: 'forestFire',
        repeat: 0.1,
        takes: 150,
      },
      { code: '040400', share: 24, where: { home: 0.8, street: 0.2 }, when: 'fire', repeat: 0.05, takes: 45 },
      {
        code: '049900',
        share: 12,
        where: { home: 0.5, street: 0.3, open: 0.2 },
        when: 'fire',
        repeat: 0.04,
        takes: 35,
      },
    ],
  ),
  ...group(
    'help',
    {
      channels: asked,
      handledBy: 'police',
      levels: [0, 0.004, 0.03],
      outcomes: { assisted: 0.9, transferred: 0.1 },
    },
    [
      {
        code: '050100',
        share: 9,
        where: { home: 0.6, 'site:station,square,park,hospital': 0.4 },
        when: 'home',
        repeat: 0.06,
        takes: 80,
        levels: [0, 0.03, 0.2],
      },
      {
        code: '050200',
        share: 13,
        where: { home: 0.65, street: 0.25, 'site:hotSpring,school': 0.1 },
        when: 'home',
        repeat: 0.05,
        takes: 35,
        levels: [0, 0.02, 0.2],
      },
      {
        code: '050300',
        share: 1.2,
        where: { riverside: 1 },
        when: 'water',
        repeat: 0.05,
        takes: 70,
        levels: [0.05, 0.3, 0.45],
      },
      { code: '050400', share: 14, where: { home: 0.9, street: 0.1 }, when: 'home', repeat: 0.02, takes: 30 },
      {
        code: '050500',
        share: 8,
        where: { home: 0.7, street: 0.2, hillRoad: 0.1 },
        when: 'rain',
        repeat: 0.15,
        takes: 35,
      },
      {
        code: '050600',
        share: 15,
        where: { home: 0.85, street: 0.15 },
        when: 'home',
        repeat: 0.25,
        takes: 90,
      },
      { code: '050700', share: 14, where: { home: 1 }, when: 'patrol', repeat: 0.3, takes: 50 },
      {
        code: '050800',
        share: 10,
        where: { 'site:station,market,square,bank,hospital': 0.5, street: 0.5 },
        when: 'parking',
        repeat: 0.02,
        takes: 25,
      },
      { code: '059900', share: 16, where: { home: 0.7, street: 0.3 }, when: 'home', repeat: 0.1, takes: 30 },
    ],
  ),
  ...group(
    'complaint',
    {
      channels: complained,
      handledBy: 'desk',
      levels: [0, 0, 0.02],
      outcomes: { rectified: 0.55, answered: 0.38, unfounded: 0.07 },
    },
    [
      {
        code: '060100',
        share: 33,
        where: { home: 0.75, 'site:square,park': 0.25 },
        when: 'noise',
        repeat: 0.38,
        takes: 20,
        handledBy: 'police',
        channels: { '110': 0.7, '12345': 0.22, gridWorker: 0.08 },
        outcomes: { warned: 0.55, handledOnScene: 0.4, unfounded: 0.05 },
      },
      {
        code: '060200',
        share: 12,
        where: { home: 0.3, 'site:factory,port': 0.3, street: 0.4 },
        when: 'construction',
        repeat: 0.4,
        takes: 2.2,
      },
      {
        code: '060300',
        share: 15,
        where: { 'site:market,station,school': 0.5, street: 0.5 },
        when: 'stalls',
        repeat: 0.3,
        takes: 0.7,
      },
      {
        code: '060400',
        share: 15,
        where: { home: 0.5, street: 0.35, riverside: 0.15 },
        when: 'desk',
        repeat: 0.25,
        takes: 2.5,
      },
      {
        code: '060500',
        share: 9,
        where: { street: 0.7, open: 0.1, home: 0.2 },
        when: 'stalls',
        repeat: 0.3,
        takes: 2,
      },
      {
        code: '060600',
        share: 10,
        where: { 'site:market,hotSpring': 0.3, street: 0.7 },
        when: 'desk',
        repeat: 0.08,
        takes: 4,
      },
      { code: '069900', share: 6, where: { home: 0.6, street: 0.4 }, when: 'desk', repeat: 0.1, takes: 3 },
    ],
  ),
  ...group(
    'hazard',
    {
      channels: found,
      handledBy: 'grid',
      levels: [0, 0.006, 0.07],
      outcomes: { rectified: 0.86, transferred: 0.1, unfounded: 0.04 },
    },
    [
      {
        code: 'H0100',
        share: 24,
        where: { street: 0.45, home: 0.35, 'site:factory,market,school,hotSpring': 0.2 },
        when: 'patrol',
        repeat: 0.1,
        takes: 3,
      },
      {
        code: 'H0200',
        share: 8,
        where: { hillRoad: 0.85, open: 0.15 },
        when: 'rain',
        repeat: 0.22,
        takes: 2.5,
        levels: [0.004, 0.05, 0.3],
      },
      {
        code: 'H0300',
        share: 6,
        where: { street: 0.4, junction: 0.3, riverside: 0.3 },
        when: 'rain',
        repeat: 0.3,
        takes: 0.5,
        levels: [0, 0.02, 0.18],
        channels: sensed,
      },
      {
        code: 'H0400',
        share: 12,
        where: { arterial: 0.4, hillRoad: 0.4, street: 0.2 },
        when: 'patrol',
        repeat: 0.08,
        takes: 5,
      },
      {
        code: 'H0500',
        share: 9,
        where: { street: 0.9, junction: 0.1 },
        when: 'patrol',
        repeat: 0.06,
        takes: 2,
      },
      {
        code: 'H0600',
        share: 11,
        where: { home: 0.75, street: 0.25 },
        when: 'sensor',
        repeat: 0.08,
        takes: 2,
        channels: sensed,
      },
      {
        code: 'H0700',
        share: 5,
        where: { home: 0.6, street: 0.4 },
        when: 'sensor',
        repeat: 0.05,
        takes: 0.8,
        levels: [0, 0.02, 0.2],
        channels: sensed,
      },
      {
        code: 'H0800',
        share: 6,
        where: { home: 1 },
        when: 'patrol',
        repeat: 0.05,
        takes: 12,
        levels: [0, 0.02, 0.15],
      },
      {
        code: 'H0900',
        share: 7,
        where: { 'site:factory,port,fuel': 0.8, hillRoad: 0.2 },
        when: 'desk',
        repeat: 0.1,
        takes: 6,
        levels: [0.001, 0.02, 0.15],
      },
      { code: 'H1000', share: 5, where: { riverside: 1 }, when: 'patrol', repeat: 0.1, takes: 2 },
      {
        code: 'H1100',
        share: 7,
        where: { street: 0.5, hillRoad: 0.3, home: 0.2 },
        when: 'rain',
        repeat: 0.06,
        takes: 1.5,
      },
    ],
  ),
  ...group(
    'other',
    {
      channels: { '110': 0.8, '12345': 0.2 },
      handledBy: 'police',
      levels: [0, 0, 0],
      outcomes: { answered: 1 },
    },
    [
      { code: '990100', share: 60, where: { home: 0.7, street: 0.3 }, when: 'home', repeat: 0.03, takes: 8 },
      {
        code: '990200',
        share: 40,
        where: { home: 0.5, street: 0.3, 'site:school,bank,government,factory': 0.2 },
        when: 'sensor',
        repeat: 0.25,
        takes: 12,
        channels: { '110': 0.6, iot: 0.4 },
        outcomes: { unfounded: 1 },
      },
    ],
  ),
]

/** Online rumours have a published count of their own and stay outside the shares. */
export const onlineRumour: KindMix = {
  code: '020800',
  group: 'publicOrder',
  share: 0,
  where: { home: 1 },
  when: 'online',
  repeat: 0,
  levels: [0, 0, 0.2],
  handledBy: 'police',
  takes: 240,
  channels: { '110': 0.4, gridWorker: 0.6 },
  outcomes: { warned: 0.6, penalised: 0.4 },
}

/** Shares of the groups that no published figure fixes. */
export const groupShares = {
  help: 0.335,
  traffic: 0.25,
  hazard: 0.19,
  complaint: 0.145,
  other: 0.068,
  fire: 0.012,
} satisfies Partial<Record<KindGroup, number>>
