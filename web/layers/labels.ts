import { cssColor, mapColors } from '../map/colors.ts'
import type { Atlas } from '../map/gl/Atlas.ts'
import { SpriteBuilder, SpriteLayer } from '../map/gl/SpriteLayer.ts'
import type { Sprites } from '../map/gl/SpriteWriter.ts'
import type { LabelCandidate, PlacedLabel } from '../map/labels.ts'
import type { Theme } from '../map/scene.ts'

const family = '"Source Han Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", Inter, sans-serif'
const halo = 3

export function labelFont({ bold, size }: LabelCandidate): string {
  return `${bold ? 600 : 400} ${size}px ${family}`
}

/** Text with a halo as pictures; null where the atlas is full and must be cleared first. */
export function labelSprites(
  placed: readonly PlacedLabel[],
  atlas: Atlas,
  theme: Theme,
  origin: readonly [number, number],
): Sprites | null {
  const builder = new SpriteBuilder(origin[0], origin[1])
  const colors = mapColors[theme]
  for (const { candidate, width, height } of placed) {
    const font = labelFont(candidate)
    const entry = atlas.entry(
      `${theme} ${candidate.soft} ${font} ${candidate.text}`,
      width + 2 * halo,
      height + 2 * halo,
      (context) => {
        context.font = font
        context.textBaseline = 'middle'
        context.lineJoin = 'round'
        context.lineWidth = 2 * halo - 1.5
        context.strokeStyle = cssColor(colors.halo, 0.85)
        context.strokeText(candidate.text, halo, halo + height / 2)
        context.fillStyle = cssColor(colors.ink, candidate.soft ? 0.82 : 1)
        context.fillText(candidate.text, halo, halo + height / 2)
      },
    )
    if (!entry) return null
    builder.add(candidate.lng, candidate.lat, entry, { dy: candidate.below })
  }
  return builder.finish()
}

export function labelsLayer(sprites: Sprites, atlas: Atlas, opacity: number): SpriteLayer {
  return new SpriteLayer({ id: 'labels', sprites, atlas, atlasVersion: atlas.version, opacity, snap: true })
}
