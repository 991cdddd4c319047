import { cssColor, mapColors } from '../map/colors.ts'
import type { Atlas } from '../map/gl/Atlas.ts'
import { SpriteBuilder, SpriteLayer } from '../map/gl/SpriteLayer.ts'
import type { Sprites } from '../map/gl/SpriteWriter.ts'
import type { LegendEntry, MapPlace, Theme } from '../map/scene.ts'
import { placeSymbol, symbolUrl } from '../map/symbols.ts'

export type PlaceLayerId = 'posts' | 'centres' | 'sites'

const titles: Readonly<Record<PlaceLayerId, { zh: string; en: string; category: string }>> = {
  posts: { zh: '巡防点', en: 'Patrol posts', category: 'post' },
  centres: { zh: '服务中心', en: 'Service centres', category: 'centre' },
  sites: { zh: '重点部位', en: 'Key sites', category: 'site' },
}

export function placeSprites(places: readonly MapPlace[], atlas: Atlas, theme: Theme): Sprites {
  const builder = new SpriteBuilder(places[0]?.point[0] ?? 0, places[0]?.point[1] ?? 0)
  for (const place of places) {
    const entry = placeSymbol(atlas, place.category, theme)
    if (entry) builder.add(place.point[0], place.point[1], entry)
  }
  return builder.finish()
}

export function placesLayer(id: PlaceLayerId, sprites: Sprites, atlas: Atlas, opacity: number): SpriteLayer {
  return new SpriteLayer({ id, sprites, atlas, atlasVersion: atlas.version, opacity })
}

export function placesLegend(layer: PlaceLayerId, atlas: Atlas, theme: Theme): LegendEntry {
  const { zh, en, category } = titles[layer]
  const entry = placeSymbol(atlas, category, theme)
  return {
    layer,
    title: { zh, en },
    items: [
      {
        label: { zh, en },
        color: cssColor(mapColors[theme].ink),
        mark: 'icon',
        icon: entry ? symbolUrl(atlas, entry) : undefined,
      },
    ],
  }
}
