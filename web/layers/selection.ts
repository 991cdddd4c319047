import { type AreaBundle, areaPolygons } from '../../geodata/areaBundle.ts'
import type { Position } from '../../geodata/city.ts'
import { mapColors } from '../map/colors.ts'
import { worldX, worldY } from '../map/geometry/mercator.ts'
import { StrokeBuilder, type StrokeMesh } from '../map/geometry/strokeMesh.ts'
import type { Atlas } from '../map/gl/Atlas.ts'
import { SpriteLayer } from '../map/gl/SpriteLayer.ts'
import type { Sprites, SpriteWriter } from '../map/gl/SpriteWriter.ts'
import { StrokeLayer, type StrokePass } from '../map/gl/StrokeLayer.ts'
import type { Theme } from '../map/scene.ts'
import { ringSymbol } from '../map/symbols.ts'

/** The rings of one area as ribbons. */
export function outlineMesh(bundle: AreaBundle, area: number): StrokeMesh {
  const origin: [number, number] = [
    worldX(bundle.labelPoint[2 * area]),
    worldY(bundle.labelPoint[2 * area + 1]),
  ]
  const builder = new StrokeBuilder(origin)
  builder.group(0)
  for (const ring of areaPolygons(bundle, area).flat())
    builder.line(ring.flatMap(([lng, lat]) => [worldX(lng) - origin[0], worldY(lat) - origin[1]]))
  return builder.finish()
}

/** Accent with a thin halo. */
export function outlinePasses(theme: Theme): StrokePass[] {
  const { accent, halo } = mapColors[theme]
  return [
    { keys: [0], color: [...halo, 0.9], width: 5.5 },
    { keys: [0], color: [...accent, 1], width: 3 },
  ]
}

/** Ink with a halo, thinner than the selection: only pointed at. */
export function pointedPasses(theme: Theme): StrokePass[] {
  const { ink, halo } = mapColors[theme]
  return [
    { keys: [0], color: [...halo, 0.8], width: 4.5 },
    { keys: [0], color: [...ink, 1], width: 2 },
  ]
}

export function outlineLayer(
  id: 'outline' | 'pointed',
  mesh: StrokeMesh,
  passes: readonly StrokePass[],
): StrokeLayer {
  return new StrokeLayer({ id, mesh, passes })
}

export interface Ring {
  point: Position
  /** CSS colour. */
  color: string
  /** CSS pixels. */
  diameter: number
  alpha: number
}

export function ringSprites(rings: readonly Ring[], atlas: Atlas, writer: SpriteWriter): Sprites {
  const places = rings.map(({ point }) => [worldX(point[0]), worldY(point[1])] as const)
  writer.begin(places[0]?.[0] ?? 0, places[0]?.[1] ?? 0)
  rings.forEach(({ color, diameter, alpha }, i) => {
    const entry = ringSymbol(atlas, color)
    if (entry) writer.add(places[i][0], places[i][1], entry, 0, 0, alpha, diameter / entry.width)
  })
  return writer.finish()
}

export function ringsLayer(id: 'marks' | 'rings', sprites: Sprites, atlas: Atlas): SpriteLayer {
  return new SpriteLayer({ id, sprites, atlas, atlasVersion: atlas.version })
}
