import { categoryColors, cssColor, type Rgb } from '../map/colors.ts'
import { worldX, worldY } from '../map/geometry/mercator.ts'
import { StrokeBuilder, type StrokeMesh } from '../map/geometry/strokeMesh.ts'
import type { Atlas } from '../map/gl/Atlas.ts'
import { SpriteBuilder, SpriteLayer } from '../map/gl/SpriteLayer.ts'
import type { Sprites } from '../map/gl/SpriteWriter.ts'
import { StrokeLayer, type StrokePass } from '../map/gl/StrokeLayer.ts'
import type { LegendEntry, PatrolRoutePath, Theme } from '../map/scene.ts'
import { arrowSymbol } from '../map/symbols.ts'

/** Squads in order of id; the order decides the colour. */
export function squadOrder(routes: readonly PatrolRoutePath[]): number[] {
  return [...new Set(routes.map((route) => route.squadId))].sort((a, b) => a - b)
}

export function squadColor(order: readonly number[], squadId: number): Rgb {
  return categoryColors[Math.max(0, order.indexOf(squadId)) % categoryColors.length]
}

/** Routes grouped by squad. */
export function patrolRouteMesh(routes: readonly PatrolRoutePath[]): StrokeMesh {
  const start = routes[0]?.line[0] ?? [0, 0]
  const origin: [number, number] = [worldX(start[0]), worldY(start[1])]
  const builder = new StrokeBuilder(origin)
  squadOrder(routes).forEach((squadId, key) => {
    builder.group(key)
    for (const route of routes)
      if (route.squadId === squadId)
        builder.line(route.line.flatMap(([lng, lat]) => [worldX(lng) - origin[0], worldY(lat) - origin[1]]))
  })
  return builder.finish()
}

export function patrolRoutePasses(routes: readonly PatrolRoutePath[], theme: Theme): StrokePass[] {
  const order = squadOrder(routes)
  const halo = theme === 'dark' ? 0 : 255
  return order.flatMap((squadId, key) => [
    { keys: [key], color: [halo, halo, halo, 0.5] as const, width: 4.5 },
    { keys: [key], color: [...squadColor(order, squadId), 1] as const, width: 2.5 },
  ])
}

/** Arrows along the routes. @param spacing between arrows, world units. */
export function patrolArrows(
  routes: readonly PatrolRoutePath[],
  spacing: number,
  atlas: Atlas,
  theme: Theme,
): Sprites {
  const start = routes[0]?.line[0] ?? [0, 0]
  const builder = new SpriteBuilder(start[0], start[1])
  const order = squadOrder(routes)
  for (const route of routes) {
    const entry = arrowSymbol(atlas, cssColor(squadColor(order, route.squadId)), theme)
    if (!entry) continue
    let left = spacing / 2
    for (let i = 1; i < route.line.length; i++) {
      const [ax, ay] = [worldX(route.line[i - 1][0]), worldY(route.line[i - 1][1])]
      const [bx, by] = [worldX(route.line[i][0]), worldY(route.line[i][1])]
      const length = Math.hypot(bx - ax, by - ay)
      const turn = (Math.atan2(bx - ax, by - ay) * 180) / Math.PI
      let at = left
      for (; at < length; at += spacing) {
        const share = at / length
        builder.add(
          route.line[i - 1][0] + share * (route.line[i][0] - route.line[i - 1][0]),
          route.line[i - 1][1] + share * (route.line[i][1] - route.line[i - 1][1]),
          entry,
          // Exactly north would read as "does not turn with the map".
          { turn: turn === 0 ? 360 : turn },
        )
      }
      left = at - length
    }
  }
  return builder.finish()
}

export function patrolRoutesLayer(
  mesh: StrokeMesh,
  passes: readonly StrokePass[],
  opacity: number,
): StrokeLayer {
  return new StrokeLayer({ id: 'patrolRoutes', mesh, passes, opacity })
}

export function patrolArrowsLayer(sprites: Sprites, atlas: Atlas, opacity: number): SpriteLayer {
  return new SpriteLayer({ id: 'patrolArrows', sprites, atlas, atlasVersion: atlas.version, opacity })
}

export function patrolRoutesLegend(
  routes: readonly PatrolRoutePath[],
  squadName: (squadId: number) => { zh: string; en: string },
): LegendEntry {
  const order = squadOrder(routes)
  return {
    layer: 'patrolRoutes',
    title: { zh: '巡逻线路', en: 'Patrol routes' },
    items: order.map((squadId) => ({
      label: squadName(squadId),
      color: cssColor(squadColor(order, squadId)),
      mark: 'line',
      width: 2.5,
    })),
  }
}
