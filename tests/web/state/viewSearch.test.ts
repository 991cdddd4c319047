import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ClassChoice } from '../../../web/map/classChoice.ts'
import { type LayerId, type LayerState, layerIds, type Selection } from '../../../web/map/scene.ts'
import { measures } from '../../../web/state/measures.ts'
import { presets, type TimeWindow } from '../../../web/state/timeWindow.ts'
import { decodeView, encodeView, type ViewSearch } from '../../../web/state/viewSearch.ts'

const fixed = (min: number, max: number, digits: number) =>
  fc
    .integer({ min: Math.ceil(min * 10 ** digits), max: Math.floor(max * 10 ** digits) })
    .map((value) => value / 10 ** digits)

const minute = fc
  .integer({ min: 0, max: Math.floor(Date.UTC(2100, 0) / 60_000) })
  .map((value) => value * 60_000)

const timeWindow: fc.Arbitrary<TimeWindow> = fc.oneof(
  fc.constantFrom(...presets).map((preset): TimeWindow => ({ preset })),
  fc
    .tuple(minute, minute)
    .filter(([a, b]) => a !== b)
    .map(([a, b]): TimeWindow => ({ preset: 'custom', from: Math.min(a, b), to: Math.max(a, b) })),
)

const id = fc.integer({ min: 1, max: 2 ** 40 })
const selection: fc.Arbitrary<Selection> = fc.oneof(
  id.map((areaId): Selection => ({ kind: 'area', areaId })),
  id.map((each): Selection => ({ kind: 'incident', id: each })),
  id.map((each): Selection => ({ kind: 'camera', id: each })),
  id.map((each): Selection => ({ kind: 'place', id: each })),
)

const layers = fc
  .uniqueArray(
    fc.record({
      id: fc.constantFrom<LayerId>(...layerIds),
      visible: fc.boolean(),
      opacity: fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
    }),
    { selector: (each) => each.id, minLength: 1 },
  )
  .map(
    (list): Partial<Record<LayerId, LayerState>> =>
      Object.fromEntries(list.map(({ id: layer, ...state }) => [layer, state])),
  )

const word = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/)
const kinds = fc.array(
  fc.oneof(word, fc.constantFrom('010100', 'H0100', 'FORGERY/COUNTERFEITING', 'SEX OFFENSES, FORCIBLE')),
  { minLength: 1, maxLength: 12 },
)
const rest = fc.dictionary(
  fc.stringMatching(/^x[a-z]{1,8}$/),
  fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
  { minKeys: 1, maxKeys: 3 },
)

const classes: fc.Arbitrary<ClassChoice> = fc.oneof(
  fc.constantFrom(5, 6, 7).map((count): ClassChoice => ({ method: 'quantile', classes: count, limits: [] })),
  fc.uniqueArray(fc.integer({ min: 1, max: 9_999 }), { minLength: 1, maxLength: 6 }).map(
    (limits): ClassChoice => ({
      method: 'fixed',
      classes: limits.length + 1,
      limits: limits.map((limit) => limit / 100).sort((a, b) => a - b),
    }),
  ),
)

const view: fc.Arbitrary<ViewSearch> = fc.record(
  {
    city: word,
    lng: fixed(-180, 180, 6),
    lat: fixed(-90, 90, 6),
    zoom: fixed(0, 24, 4),
    selection,
    window: timeWindow,
    kinds,
    layers,
    level: word,
    measure: fc.constantFrom(...measures),
    classes,
    hours: fc
      .uniqueArray(fc.nat(167), { minLength: 1, maxLength: 167 })
      .map((hours) => hours.sort((a, b) => a - b)),
    hierarchy: fc.constantFrom('administration' as const, 'patrol' as const),
    version: word,
    theme: fc.constantFrom('dark' as const, 'light' as const),
    language: fc.constantFrom('zh' as const, 'en' as const),
    rest,
  },
  { requiredKeys: [] },
)

describe('the view in the URL', () => {
  test('comes back exactly as it was written', () => {
    fc.assert(
      fc.property(view, (each) => {
        expect(decodeView(encodeView(each))).toEqual(each)
      }),
      { numRuns: 500, seed: 7 },
    )
  })

  test('survives the browser: the text is a valid query that URL keeps as it is', () => {
    fc.assert(
      fc.property(view, (each) => {
        const text = encodeView(each)
        expect(decodeView(new URL(`http://gridwall.test/${text}`).search)).toEqual(each)
      }),
      { numRuns: 300, seed: 8 },
    )
  })

  test('any text at all decodes to a view that is stable from then on', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const once = decodeView(text)
        expect(decodeView(encodeView(once))).toEqual(once)
      }),
      { numRuns: 300, seed: 9 },
    )
  })

  test('names that reach for prototypes are no view, and change none', () => {
    const names = [
      '__proto__',
      '__proto__[polluted]',
      '__proto__.polluted',
      'constructor',
      'constructor.prototype.polluted',
    ]
    const query = names.map((name) => `${name}=polluted`).join('&')
    const lists =
      'layers=__proto__.50,-constructor&kinds=__proto__~constructor&selected=__proto__.1&window=constructor'
    const view = decodeView(`?${query}&${lists}&level=__proto__`)
    expect(Object.getPrototypeOf(view)).toBe(Object.prototype)
    expect(Object.getPrototypeOf(view.rest ?? {})).toBe(Object.prototype)
    // A word like any other to whoever asks for it by name.
    expect(view.rest).toEqual(Object.fromEntries([['constructor', 'polluted']]))
    expect(view).toMatchObject({ kinds: ['__proto__', 'constructor'] })
    expect(view).not.toHaveProperty('layers')
    expect(view).not.toHaveProperty('selection')
    expect(decodeView(encodeView(view))).toEqual(view)
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  test('reads as a person would write it', () => {
    expect(
      encodeView({
        city: 'shuifu',
        lng: 104.40123,
        lat: 28.6,
        zoom: 12.5,
        selection: { kind: 'area', areaId: 812 },
        window: { preset: '90d' },
        kinds: ['traffic', '010100'],
        layers: { cameras: { visible: true, opacity: 1 }, roads: { visible: false, opacity: 0.5 } },
      }),
    ).toBe(
      '?city=shuifu&lng=104.40123&lat=28.6&zoom=12.5&selected=area.812&window=90d&kinds=traffic~010100&layers=cameras,-roads.50',
    )
  })

  test('nothing chosen is no query at all', () => {
    expect(encodeView({})).toBe('')
    expect(decodeView('')).toEqual({})
  })

  test('values outside their range are left out, the rest is kept', () => {
    expect(decodeView('?lng=999&lat=28.6&zoom=-3&selected=area.0&window=forever&theme=pink&city=sf')).toEqual(
      {
        lat: 28.6,
        city: 'sf',
      },
    )
  })

  test('a window that ends before it begins is no window', () => {
    expect(decodeView('?from=2026-11-02T00:00Z&to=2026-11-01T00:00Z')).toEqual({})
  })
})
