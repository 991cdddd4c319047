import type { CameraBundle } from '../../geodata/cameraBundle.ts'
import { stepsPerDegree } from '../../geodata/topology.ts'
import { cssColor, mapColors } from '../map/colors.ts'
import type { Atlas, AtlasEntry } from '../map/gl/Atlas.ts'
import { SpriteBuilder, SpriteLayer } from '../map/gl/SpriteLayer.ts'
import type { Sprites } from '../map/gl/SpriteWriter.ts'
import type { LegendEntry, Theme } from '../map/scene.ts'
import { cameraSymbol, sectorSymbol, symbolUrl } from '../map/symbols.ts'
import { formatThousands } from '../ui/numbers.ts'
import type { CameraClusters } from '../workers/protocol.ts'

/** From this zoom on cameras show where they look and how far. */
export const conesFromZoom = 18

function isOnline(cameras: CameraBundle, camera: number): boolean {
  return cameras.statuses[cameras.status[camera]] === 'online'
}

/** Radius of a cluster's disc, CSS pixels. */
export function clusterRadius(count: number): number {
  return Math.min(24, 10 + 2.2 * Math.log2(count / 3 + 1))
}

function clusterSymbol(atlas: Atlas, count: number, theme: Theme): AtlasEntry | null {
  const label = formatThousands(count)
  const radius = Math.round(clusterRadius(count))
  const colors = mapColors[theme]
  return atlas.entry(`cluster ${label} ${radius} ${theme}`, 2 * radius + 4, 2 * radius + 4, (c) => {
    c.translate(radius + 2, radius + 2)
    c.arc(0, 0, radius, 0, 2 * Math.PI)
    c.fillStyle = cssColor(colors.halo, 0.82)
    c.fill()
    c.lineWidth = 1.5
    c.strokeStyle = cssColor(colors.inkSoft)
    c.stroke()
    c.fillStyle = cssColor(colors.ink)
    c.font = '600 12px Inter, "Noto Sans CJK SC", sans-serif'
    c.textAlign = 'center'
    c.textBaseline = 'middle'
    c.fillText(label, 0, 0.5)
  })
}

export function cameraSprites(
  clusters: CameraClusters,
  cameras: CameraBundle,
  atlas: Atlas,
  theme: Theme,
): Sprites | null {
  const builder = new SpriteBuilder(clusters.lng[0] ?? 0, clusters.lat[0] ?? 0)
  for (let i = 0; i < clusters.count.length; i++) {
    const camera = clusters.camera[i]
    const entry =
      camera < 0
        ? clusterSymbol(atlas, clusters.count[i], theme)
        : cameraSymbol(atlas, isOnline(cameras, camera), theme)
    if (!entry) return null
    builder.add(clusters.lng[i], clusters.lat[i], entry, { turn: camera < 0 ? 0 : cameras.direction[camera] })
  }
  return builder.finish()
}

/** What the cameras of a view see, as sectors in metres. */
export function coneSprites(
  clusters: CameraClusters,
  cameras: CameraBundle,
  atlas: Atlas,
  theme: Theme,
): Sprites | null {
  const builder = new SpriteBuilder(clusters.lng[0] ?? 0, clusters.lat[0] ?? 0)
  for (const camera of clusters.camera) {
    if (camera < 0) continue
    const entry = sectorSymbol(atlas, cameras.fieldOfView[camera], isOnline(cameras, camera), theme)
    if (!entry) return null
    const side = 2 * cameras.range[camera]
    builder.add(cameras.lng[camera] / stepsPerDegree, cameras.lat[camera] / stepsPerDegree, entry, {
      width: side,
      height: side,
      turn: cameras.direction[camera],
    })
  }
  return builder.finish()
}

export function camerasLayer(sprites: Sprites, atlas: Atlas, opacity: number): SpriteLayer {
  return new SpriteLayer({ id: 'cameras', sprites, atlas, atlasVersion: atlas.version, opacity })
}

export function conesLayer(sprites: Sprites, atlas: Atlas, opacity: number): SpriteLayer {
  return new SpriteLayer({
    id: 'cameraCones',
    sprites,
    atlas,
    atlasVersion: atlas.version,
    inMetres: true,
    opacity,
  })
}

export function camerasLegend(atlas: Atlas, theme: Theme): LegendEntry {
  const icon = (entry: AtlasEntry | null) => (entry ? symbolUrl(atlas, entry) : undefined)
  const colors = mapColors[theme]
  return {
    layer: 'cameras',
    title: { zh: '探头', en: 'Cameras' },
    items: [
      {
        label: { zh: '在线', en: 'Online' },
        color: cssColor(colors.ink),
        mark: 'icon',
        icon: icon(cameraSymbol(atlas, true, theme)),
      },
      {
        label: { zh: '离线或维修', en: 'Offline or in repair' },
        color: cssColor(colors.inkSoft),
        mark: 'icon',
        icon: icon(cameraSymbol(atlas, false, theme)),
      },
      {
        label: { zh: '成组（数量）', en: 'Group (count)' },
        color: cssColor(colors.inkSoft),
        mark: 'icon',
        icon: icon(clusterSymbol(atlas, 35, theme)),
      },
    ],
  }
}
