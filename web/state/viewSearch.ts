/**
 * The exact view, as it stands in the URL: flat, readable, without defaults. Decoding never fails; what it does not
 * understand it leaves out, and parameters of the rooms' own pass through in `rest`.
 * Positions are EPSG:4326 degrees rounded to 1e-6 and zooms to 1e-4, both far below a pixel; instants whole minutes.
 */
import type { Hierarchy, LevelName } from '../../geodata/city.ts'
import { type ClassChoice, decodeClasses, encodeClasses } from '../map/classChoice.ts'
import {
  type Language,
  type LayerId,
  type LayerState,
  layerIds,
  type Selection,
  type Theme,
} from '../map/scene.ts'
import { type Measure, measures } from './measures.ts'
import { decodeSelection, encodeSelection } from './selection.ts'
import { type Preset, presets, type TimeWindow } from './timeWindow.ts'
import { decodeHours, encodeHours } from './weekHours.ts'

export interface ViewSearch {
  city?: string
  lng?: number
  lat?: number
  zoom?: number
  selection?: Selection
  window?: TimeWindow
  /** Kind groups ('traffic') and kind codes ('010100'); absent = everything but disputes. */
  kinds?: readonly string[]
  /** Layers that differ from the default. */
  layers?: Readonly<Partial<Record<LayerId, LayerState>>>
  /** The pinned level; absent = the level follows the zoom. */
  level?: LevelName
  measure?: Measure
  /** How the measure is divided into classes; absent = natural breaks. */
  classes?: ClassChoice
  /** Hours of the week that count, 0 = Monday 00–01 local; absent = all. */
  hours?: readonly number[]
  /** The hierarchy in which a grid was reached: breadcrumb and Escape follow it. */
  hierarchy?: Hierarchy
  version?: string
  theme?: Theme
  language?: Language
  /** Parameters of a room's own, e.g. the wall's `scene`. */
  rest?: Readonly<Record<string, string>>
}

const own = new Set(
  'city lng lat zoom selected window from to kinds layers level measure classes hours hierarchy version theme language'.split(
    ' ',
  ),
)

const word = /^[\w-]{1,40}$/
/** Names of the rooms' own parameters. */
const roomParameter = /^[A-Za-z]\w{0,30}$/
/** As the API takes them: imported categories may hold blanks and commas, so the list is parted by `~`. */
const kindToken = /^[\p{L}\p{N} _.:/&,()-]{1,80}$/u

function number(text: string | null, low: number, high: number): number | undefined {
  if (text === null || !/^-?\d{1,3}(\.\d{1,7})?$/.test(text)) return undefined
  const value = Number(text)
  return value >= low && value <= high ? value : undefined
}

function instant(text: string | null): number | undefined {
  if (text === null || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}Z$/.test(text)) return undefined
  const value = Date.parse(text)
  return Number.isNaN(value) ? undefined : value
}

function oneOf<Value extends string>(text: string | null, values: readonly Value[]): Value | undefined {
  return values.find((value) => value === text)
}

function decodeWindow(parameters: URLSearchParams): TimeWindow | undefined {
  const from = instant(parameters.get('from'))
  const to = instant(parameters.get('to'))
  if (from !== undefined && to !== undefined && from < to) return { preset: 'custom', from, to }
  const preset = oneOf<Preset>(parameters.get('window'), presets)
  return preset && { preset }
}

function decodeLayers(text: string | null): ViewSearch['layers'] {
  if (!text) return undefined
  const layers: Partial<Record<LayerId, LayerState>> = {}
  for (const part of text.split(',')) {
    const match = /^(-?)([A-Za-z]+)(?:\.(\d{1,3}))?$/.exec(part)
    const id = match && oneOf(match[2], layerIds)
    if (!match || !id) continue
    layers[id] = { visible: match[1] === '', opacity: Math.min(100, Number(match[3] ?? 100)) / 100 }
  }
  return Object.keys(layers).length > 0 ? layers : undefined
}

function encodeLayers(layers: ViewSearch['layers']): string | undefined {
  const parts = layerIds.flatMap((id) => {
    const state = layers?.[id]
    if (!state) return []
    const percent = Math.round(state.opacity * 100)
    return [`${state.visible ? '' : '-'}${id}${percent === 100 ? '' : `.${percent}`}`]
  })
  return parts.length > 0 ? parts.join(',') : undefined
}

/** Reads a query string (with or without its question mark). */
export function decodeView(search: string): ViewSearch {
  const parameters = new URLSearchParams(search)
  const get = (name: string) => parameters.get(name)
  const text = (name: string) => (word.test(get(name) ?? '') ? (get(name) ?? undefined) : undefined)
  const selection = decodeSelection(get('selected') ?? undefined)
  const kinds = (get('kinds') ?? '').split('~').filter((kind) => kindToken.test(kind))
  const rest = Object.fromEntries(
    [...parameters].filter(([name, value]) => !own.has(name) && roomParameter.test(name) && value !== ''),
  )
  const view: ViewSearch = {
    city: text('city'),
    lng: number(get('lng'), -180, 180),
    lat: number(get('lat'), -90, 90),
    zoom: number(get('zoom'), 0, 24),
    selection: selection.kind === 'none' ? undefined : selection,
    window: decodeWindow(parameters),
    kinds: kinds.length > 0 ? kinds : undefined,
    layers: decodeLayers(get('layers')),
    level: text('level'),
    measure: oneOf<Measure>(get('measure'), measures),
    classes: decodeClasses(get('classes')),
    hours: decodeHours(get('hours')),
    hierarchy: oneOf<Hierarchy>(get('hierarchy'), ['administration', 'patrol']),
    version: text('version'),
    theme: oneOf<Theme>(get('theme'), ['dark', 'light']),
    language: oneOf<Language>(get('language'), ['zh', 'en']),
    rest: Object.keys(rest).length > 0 ? rest : undefined,
  }
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined))
}

const minute = (value: number) => `${new Date(value).toISOString().slice(0, 16)}Z`
const rounded = (value: number | undefined, digits: number) =>
  value
    ?.toFixed(digits)
    .replace(/\.?0+$/, '')
    .replace(/^-0$/, '0')

/** Writes the query string, with its question mark, or nothing when all is default. */
export function encodeView(view: ViewSearch): string {
  const parts: Record<string, string | undefined> = {
    city: view.city,
    lng: rounded(view.lng, 6),
    lat: rounded(view.lat, 6),
    zoom: rounded(view.zoom, 4),
    selected: view.selection && encodeSelection(view.selection),
    window: view.window && view.window.preset !== 'custom' ? view.window.preset : undefined,
    from: view.window?.preset === 'custom' ? minute(view.window.from) : undefined,
    to: view.window?.preset === 'custom' ? minute(view.window.to) : undefined,
    kinds: view.kinds?.join('~'),
    layers: encodeLayers(view.layers),
    level: view.level,
    measure: view.measure,
    classes: encodeClasses(view.classes),
    hours: encodeHours(view.hours),
    hierarchy: view.hierarchy,
    version: view.version,
    theme: view.theme,
    language: view.language,
    ...view.rest,
  }
  const text = Object.entries(parts)
    .filter((part): part is [string, string] => part[1] !== undefined && part[1] !== '')
    .map(
      ([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%3A', ':')}`,
    )
    .join('&')
  return text === '' ? '' : `?${text}`
}
