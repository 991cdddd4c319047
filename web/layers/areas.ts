import { type AreaBundle, areaIndexOf } from '../../geodata/areaBundle.ts'
import { classOf, cssColor, mapColors, mix, type Rgb, rampColors } from '../map/colors.ts'
import type { AreaMesh } from '../map/geometry/areaMesh.ts'
import { AreaFillLayer } from '../map/gl/AreaFillLayer.ts'
import { AreaPaint } from '../map/gl/AreaPaint.ts'
import type { AreaValues, LayerId, LegendEntry, Theme } from '../map/scene.ts'

/** Opacity of an area outside the highlighted group, as a share of the others'. */
const dimmed = 0.22
/** Opacity of land without a number. */
const landAlpha = 0.8
/** The same of land that is not the viewer's, as a share of it. */
const foreign = 0.3

/**
 * Colour of every area by its index, already mixed with the ground: class colour, hatched where suppressed, land where
 * there is no number. Only the areas of the shown level matter; the rest stay transparent. Areas of which only a part is
 * seen are striped in their colour, those outside are quiet land.
 * @param opacity of the level, 0…1. @param sight see `MapScene`.
 */
export function areaTexels(
  bundle: AreaBundle,
  level: number,
  values: AreaValues | undefined,
  theme: Theme,
  highlighted: readonly number[],
  opacity: number,
  sight: Uint8Array | null = null,
): Uint8Array<ArrayBuffer> {
  const texels = new Uint8Array(4 * bundle.count)
  const colors = mapColors[theme]
  const bright = new Set(highlighted)
  const strength = (area: number) => (bright.size === 0 || isBright(bundle, area, bright) ? 1 : dimmed)
  const paint = (area: number, color: Rgb, alpha: number, hatched: boolean) => {
    const [red, green, blue] = mix(colors.ground, color, alpha * opacity)
    texels.set([red, green, blue, hatched ? 255 : 254], 4 * area)
  }
  for (let area = 0; area < bundle.count; area++)
    if (bundle.level[area] === level)
      paint(area, colors.land, landAlpha * strength(area) * (sight?.[area] === 0 ? foreign : 1), false)
  if (!values) return texels
  const ramp = rampColors(values.ramp, values.breaks.length + 1, theme)
  for (let i = 0; i < values.areaId.length; i++) {
    const area = areaIndexOf(bundle, values.areaId[i])
    if (area < 0 || bundle.level[area] !== level || sight?.[area] === 0) continue
    if (values.suppressed?.[i]) paint(area, colors.suppressed, 0.8 * strength(area), true)
    else if (Number.isFinite(values.value[i]))
      paint(area, ramp[classOf(values.value[i], values.breaks)], strength(area), sight?.[area] === 1)
  }
  return texels
}

/** An area is bright when it, or an area it lies in, is highlighted. */
function isBright(bundle: AreaBundle, area: number, bright: ReadonlySet<number>): boolean {
  for (let index = area; index >= 0; index = bundle.parent[index]) {
    if (bright.has(bundle.id[index])) return true
    const squad = bundle.squad[index]
    if (squad >= 0 && bright.has(bundle.id[squad])) return true
  }
  return false
}

/**
 * A paint for counts of whole numbers that change from frame to frame, in the colours `areaTexels` would give them.
 * @param areaId area of each count. @param opacity of the level, 0…1. @param sight see `MapScene`.
 */
export function areaPaint(
  bundle: AreaBundle,
  level: number,
  areaId: ArrayLike<number>,
  breaks: readonly number[],
  theme: Theme,
  opacity: number,
  sight: Uint8Array | null = null,
  ramp: AreaValues['ramp'] = 'sequential',
): AreaPaint {
  const { ground } = mapColors[theme]
  const colors = rampColors(ramp, breaks.length + 1, theme).map((color) => mix(ground, color, opacity))
  return new AreaPaint(
    bundle.levels[level].level,
    bundle.count,
    Int32Array.from(areaId, (id) => {
      const area = areaIndexOf(bundle, id)
      return area >= 0 && sight?.[area] === 0 ? -1 : area
    }),
    { breaks, colors },
    areaTexels(bundle, level, undefined, theme, [], opacity, sight),
  )
}

export function areasLayer(
  mesh: AreaMesh,
  texels: Uint8Array<ArrayBuffer>,
  theme: Theme,
  visible: boolean,
  paint: AreaPaint | null = null,
): AreaFillLayer {
  return new AreaFillLayer({
    id: 'fill',
    mesh,
    texels,
    paint,
    ground: mapColors[theme].ground,
    opaque: true,
    visible,
  })
}

/** Names a class of numbers: "< 2", "2 – 4", "≥ 10". */
export function classLabels(breaks: readonly number[], format: (value: number) => string): string[] {
  if (breaks.length === 0) return ['']
  return [
    `< ${format(breaks[0])}`,
    ...breaks.slice(1).map((high, i) => `${format(breaks[i])} – ${format(high)}`),
    `≥ ${format(breaks[breaks.length - 1])}`,
  ]
}

export function areasLegend(
  layer: LayerId,
  values: AreaValues | undefined,
  theme: Theme,
  title: { zh: string; en: string },
): LegendEntry {
  if (!values) return { layer, title, items: [] }
  const labels = classLabels(values.breaks, (value) => String(value))
  const items = rampColors(values.ramp, values.breaks.length + 1, theme).map((color, i) => ({
    label: { zh: labels[i], en: labels[i] },
    color: cssColor(color),
    mark: 'fill' as const,
  }))
  const hidden = values.suppressed && Array.from(values.suppressed).some(Boolean)
  return {
    layer,
    title,
    items: hidden
      ? [
          ...items,
          {
            label: { zh: '数量过少，不予显示', en: 'too few to show' },
            color: cssColor(mapColors[theme].suppressed),
            mark: 'hatch',
          },
        ]
      : items,
  }
}
