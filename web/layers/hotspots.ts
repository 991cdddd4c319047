import { COORDINATE_SYSTEM } from '@deck.gl/core'
import { BitmapLayer } from '@deck.gl/layers'
import type { HotspotClass } from '../../api/statistics/areaHotspots.ts'
import { type AreaBundle, areaIndexOf, areaPolygons } from '../../geodata/areaBundle.ts'
import { classOf, mapColors, mix, type Rgb, rampColors, rgb } from '../map/colors.ts'
import { worldX, worldY } from '../map/geometry/mercator.ts'
import { StrokeBuilder, type StrokeMesh } from '../map/geometry/strokeMesh.ts'
import { StrokeLayer, type StrokePass } from '../map/gl/StrokeLayer.ts'
import type { HotspotMap, Theme } from '../map/scene.ts'
import { densityBreaks, densitySteps } from '../state/hotspots.ts'

type HotspotAreas = Extract<HotspotMap, { kind: 'areas' }>
type HotspotDensity = Extract<HotspotMap, { kind: 'density' }>
type Called = Exclude<HotspotClass, 'none'>

/**
 * Orange for high, blue for low, which people with any colour vision tell apart; what stands out among its opposite is
 * paler. After Okabe & Ito 2008.
 */
const classColors: Record<Theme, Record<Called, Rgb>> = {
  dark: {
    hot: rgb('#F28A2E'),
    highHigh: rgb('#F28A2E'),
    highLow: rgb('#F7DC7A'),
    cold: rgb('#3D8FE0'),
    lowLow: rgb('#3D8FE0'),
    lowHigh: rgb('#A5D3F5'),
  },
  light: {
    hot: rgb('#C2560A'),
    highHigh: rgb('#C2560A'),
    highLow: rgb('#E8AE2C'),
    cold: rgb('#1763B5'),
    lowLow: rgb('#1763B5'),
    lowHigh: rgb('#7DB6E8'),
  },
}

export function hotspotColor(name: Called, theme: Theme): Rgb {
  return classColors[theme][name]
}

/** Strokes in this order: the high ones on top. */
const strokeOrder: readonly Called[] = ['lowLow', 'cold', 'lowHigh', 'highLow', 'highHigh', 'hot']
const isHigh = (name: Called) => name === 'hot' || name === 'highHigh' || name === 'highLow'

/** Fills of a level: land, and over it the areas that differ from chance. @param land As `areaTexels` gives it without numbers. */
export function hotspotTexels(
  bundle: AreaBundle,
  level: number,
  hotspots: HotspotAreas,
  land: Uint8Array<ArrayBuffer>,
  theme: Theme,
): Uint8Array<ArrayBuffer> {
  const texels = new Uint8Array(land)
  if (bundle.levels[level].level !== hotspots.level) return texels
  hotspots.areaId.forEach((id, index) => {
    const name = hotspots.class[index]
    if (name === 'none') return
    const area = areaIndexOf(bundle, id)
    if (area < 0) return
    texels.set(
      [...mix(mapColors[theme].land, hotspotColor(name, theme), isHigh(name) ? 0.85 : 0.55), 254],
      4 * area,
    )
  })
  return texels
}

/** Outlines of the areas that differ from chance, a group a class: a few small ones are found from far away too. */
export function hotspotMesh(bundle: AreaBundle, hotspots: HotspotAreas): StrokeMesh {
  const called = hotspots.areaId
    .map((id, index) => ({ area: areaIndexOf(bundle, id), name: hotspots.class[index] }))
    .filter(({ area, name }) => area >= 0 && name !== 'none')
  const first = called[0]?.area ?? 0
  const origin: [number, number] = [
    worldX(bundle.labelPoint[2 * first]),
    worldY(bundle.labelPoint[2 * first + 1]),
  ]
  const builder = new StrokeBuilder(origin)
  strokeOrder.forEach((name, key) => {
    builder.group(key)
    for (const each of called) {
      if (each.name !== name) continue
      for (const ring of areaPolygons(bundle, each.area).flat()) {
        builder.line(ring.flatMap(([lng, lat]) => [worldX(lng) - origin[0], worldY(lat) - origin[1]]))
      }
    }
  })
  return builder.finish()
}

export function hotspotPasses(theme: Theme): StrokePass[] {
  return strokeOrder.map((name, key) => ({
    keys: [key],
    color: [...hotspotColor(name, theme), isHigh(name) ? 1 : 0.8] as const,
    width: isHigh(name) ? 2 : 1,
  }))
}

export function hotspotsLayer(mesh: StrokeMesh, passes: readonly StrokePass[]): StrokeLayer {
  return new StrokeLayer({ id: 'hotspots', mesh, passes })
}

/** A picture of a density, north up: each cell in the colour of its class, nothing below the lowest. */
export function densityPicture(density: HotspotDensity, theme: Theme): ImageData {
  const { columns, rows } = density.grid
  const steps = densitySteps(density.steps)
  const breaks = densityBreaks(density.most)
  const colors = densityColors(theme)
  const picture = new ImageData(columns, rows)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const reached = classOf(steps[row * columns + column] * density.perKm2, breaks)
      // What is not drawn has the lowest colour all the same: edges are mixed with it, not with black.
      const color = colors[Math.max(0, reached - 1)]
      picture.data.set([...color, reached > 0 ? 215 : 0], 4 * ((rows - 1 - row) * columns + column))
    }
  }
  return picture
}

/** Low to high, one colour a class of `densityBreaks`. */
export function densityColors(theme: Theme): Rgb[] {
  return rampColors('sequential', 7, theme).slice(1)
}

export function densityLayer(density: HotspotDensity, picture: ImageData): BitmapLayer {
  const { origin, cellLng, cellLat, columns, rows } = density.grid
  const [west, south] = origin
  return new BitmapLayer({
    id: 'density',
    image: picture,
    bounds: [west, south, west + columns * cellLng, south + rows * cellLat],
    // Cells are even in degrees, not in the map's projection.
    _imageCoordinateSystem: COORDINATE_SYSTEM.LNGLAT,
    textureParameters: { minFilter: 'linear', magFilter: 'linear' },
    pickable: false,
  })
}
