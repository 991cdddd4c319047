import type { AreaValues, Ramp, Theme } from './scene.ts'

/** Every colour of the map, named once. Red, green, blue 0…255. */
export type Rgb = readonly [red: number, green: number, blue: number]

export interface MapColors {
  ground: Rgb
  /** Land of the city where no number is shown. */
  land: Rgb
  ink: Rgb
  inkSoft: Rgb
  accent: Rgb
  halo: Rgb
  water: Rgb
  block: Rgb
  roadMajor: Rgb
  roadMinor: Rgb
  /** Borders of the fine levels, between filled cells. */
  borderFine: Rgb
  /** Borders of the coarse levels. */
  borderStrong: Rgb
  suppressed: Rgb
}

export const mapColors: Record<Theme, MapColors> = {
  dark: {
    ground: rgb('#0E1420'),
    land: rgb('#1B2536'),
    ink: rgb('#E6EAF0'),
    inkSoft: rgb('#9AA7B8'),
    accent: rgb('#4C9AFF'),
    halo: rgb('#0B111C'),
    water: rgb('#3D7FB8'),
    block: rgb('#C9D3E0'),
    roadMajor: rgb('#E9D9B4'),
    roadMinor: rgb('#93A0B2'),
    borderFine: rgb('#0B111C'),
    borderStrong: rgb('#F2F5F9'),
    suppressed: rgb('#9AA7B8'),
  },
  light: {
    ground: rgb('#F4F6F8'),
    land: rgb('#E4E9EE'),
    ink: rgb('#17202C'),
    inkSoft: rgb('#5A6776'),
    accent: rgb('#0B62D6'),
    halo: rgb('#FFFFFF'),
    water: rgb('#5B9FD6'),
    block: rgb('#6F7C8C'),
    roadMajor: rgb('#8A6A2A'),
    roadMinor: rgb('#7C8896'),
    borderFine: rgb('#FFFFFF'),
    borderStrong: rgb('#26313F'),
    suppressed: rgb('#5A6776'),
  },
}

/** Low to high, even in lightness: the dark ends merge with the theme's ground. Viridis family. */
const sequential: Record<Theme, readonly Rgb[]> = {
  dark: ['#1D2B4F', '#214B72', '#226B80', '#2C8C84', '#4FAE7B', '#8CCB5E', '#D6DD4A'].map(rgb),
  light: ['#E9EFB6', '#B9DDA0', '#7CC59A', '#44A79A', '#2A8492', '#2A5F85', '#2C3A6E'].map(rgb),
}

/** Less, as before, more: blue, grey, orange. */
const diverging: Record<Theme, readonly Rgb[]> = {
  dark: ['#3A8DDE', '#3F6FA3', '#43566F', '#3C4553', '#7A5A3A', '#B8702A', '#F08A1D'].map(rgb),
  light: ['#1F6FC4', '#6FA3DB', '#B5CDE6', '#DADFE4', '#EFCDA6', '#E09A4C', '#C56A0C'].map(rgb),
}

/** National alert levels 1…4: red, orange, yellow, blue. Index 0 is "no level". */
export const alertColors: readonly Rgb[] = ['#8A97A8', '#E5333A', '#FF8A1F', '#FFD60A', '#2F8CFF'].map(rgb)

/** Categories, at most eight, told apart by people with any colour vision. Source: Okabe & Ito 2008. */
export const categoryColors: readonly Rgb[] = [
  '#E69F00',
  '#56B4E9',
  '#009E73',
  '#F0E442',
  '#0072B2',
  '#D55E00',
  '#CC79A7',
  '#999999',
].map(rgb)

export function rgb(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

export function cssColor([red, green, blue]: Rgb, alpha = 1): string {
  return alpha === 1 ? `rgb(${red} ${green} ${blue})` : `rgb(${red} ${green} ${blue} / ${alpha})`
}

/** The colours of the classes, low to high; of one class the lowest, so that nothing at all does not shine. */
export function rampColors(ramp: Ramp, classes: number, theme: Theme): Rgb[] {
  const stops = (ramp === 'sequential' ? sequential : diverging)[theme]
  if (classes <= 1) return [stops[ramp === 'sequential' ? 0 : 3]]
  return Array.from({ length: classes }, (_, i) => {
    const place = (i * (stops.length - 1)) / (classes - 1)
    const low = Math.floor(place)
    return mix(stops[low], stops[Math.min(low + 1, stops.length - 1)], place - low)
  })
}

/** Some share of the way from one colour to another. */
export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const at = (i: 0 | 1 | 2) => Math.round(a[i] + (b[i] - a[i]) * share)
  return [at(0), at(1), at(2)]
}

/** Class of a value: how many breaks it has reached. */
export function classOf(value: number, breaks: AreaValues['breaks']): number {
  let index = 0
  while (index < breaks.length && value >= breaks[index]) index++
  return index
}
