import type { RoadClass } from '../../geodata/city.ts'
import type { LineBundle } from '../../geodata/lineBundle.ts'
import { cssColor, mapColors } from '../map/colors.ts'
import type { AreaMesh } from '../map/geometry/areaMesh.ts'
import type { StrokeMesh } from '../map/geometry/strokeMesh.ts'
import { AreaFillLayer } from '../map/gl/AreaFillLayer.ts'
import { StrokeLayer, type StrokePass } from '../map/gl/StrokeLayer.ts'
import type { LegendEntry, Theme } from '../map/scene.ts'

interface RoadStyle {
  /** CSS pixels at zoom 12 and at zoom 16; between by steps. */
  width: readonly [far: number, near: number]
  fromZoom: number
  major: boolean
  alpha: number
}

const roadStyles: Readonly<Record<RoadClass, RoadStyle>> = {
  motorway: { width: [2.2, 4.5], fromZoom: 0, major: true, alpha: 0.95 },
  trunk: { width: [1.7, 3.8], fromZoom: 0, major: true, alpha: 0.9 },
  primary: { width: [1.3, 3.2], fromZoom: 10.5, major: true, alpha: 0.8 },
  secondary: { width: [1, 2.6], fromZoom: 11.5, major: true, alpha: 0.65 },
  residential: { width: [0.7, 2], fromZoom: 13.5, major: false, alpha: 0.75 },
  service: { width: [0.5, 1.4], fromZoom: 15, major: false, alpha: 0.7 },
  track: { width: [0.5, 1], fromZoom: 13.5, major: false, alpha: 0.45 },
}

/** @param zoom rounded by the caller, so that passes change seldom. */
export function roadPasses(bundle: LineBundle, zoom: number, theme: Theme): StrokePass[] {
  const near = Math.min(1, Math.max(0, (zoom - 12) / 4))
  return bundle.roads.classes
    .map((name, key) => ({ key, style: roadStyles[name] }))
    .filter(({ style }) => zoom >= style.fromZoom)
    .sort((a, b) => a.style.width[0] - b.style.width[0])
    .map(({ key, style }) => ({
      keys: [key],
      color: [
        ...(style.major ? mapColors[theme].roadMajor : mapColors[theme].roadMinor),
        style.alpha,
      ] as const,
      width: style.width[0] + near * (style.width[1] - style.width[0]),
    }))
}

/** Water is as wide as it is, and never thinner than a line. */
export function waterPasses(mesh: StrokeMesh, theme: Theme): StrokePass[] {
  return mesh.groups.map(({ key }) => ({
    keys: [key],
    color: [...mapColors[theme].water, 1] as const,
    width: key % 65536,
    inMetres: true,
    minWidth: key % 65536 >= 50 ? 2 : 0.9,
  }))
}

export function roadsLayer(mesh: StrokeMesh, passes: readonly StrokePass[], opacity: number): StrokeLayer {
  return new StrokeLayer({ id: 'roads', mesh, passes, opacity })
}

export function waterLayer(mesh: StrokeMesh, passes: readonly StrokePass[], opacity: number): StrokeLayer {
  return new StrokeLayer({ id: 'water', mesh, passes, opacity })
}

export function blockTexels(count: number, theme: Theme): Uint8Array<ArrayBuffer> {
  const texels = new Uint8Array(4 * count)
  for (let i = 0; i < count; i++) texels.set([...mapColors[theme].block, 254], 4 * i)
  return texels
}

export function blocksLayer(mesh: AreaMesh, texels: Uint8Array<ArrayBuffer>, opacity: number): AreaFillLayer {
  return new AreaFillLayer({ id: 'blocks', mesh, texels, opacity })
}

export function groundLegend(theme: Theme): LegendEntry[] {
  const colors = mapColors[theme]
  return [
    {
      layer: 'roads',
      title: { zh: '道路', en: 'Roads' },
      items: [
        { label: { zh: '干道', en: 'Main' }, color: cssColor(colors.roadMajor), mark: 'line', width: 2 },
        { label: { zh: '街巷', en: 'Streets' }, color: cssColor(colors.roadMinor), mark: 'line', width: 1 },
      ],
    },
    {
      layer: 'water',
      title: { zh: '水系', en: 'Water' },
      items: [{ label: { zh: '河流', en: 'River' }, color: cssColor(colors.water), mark: 'line', width: 3 }],
    },
    {
      layer: 'blocks',
      title: { zh: '居民区', en: 'Residential' },
      items: [
        { label: { zh: '居民区', en: 'Residential' }, color: cssColor(colors.block, 0.35), mark: 'fill' },
      ],
    },
  ]
}
