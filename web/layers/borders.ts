import type { AreaBundle } from '../../geodata/areaBundle.ts'
import type { AreaLevel } from '../../geodata/city.ts'
import { cssColor, mapColors, type Rgb } from '../map/colors.ts'
import { levelsOfKey, widthOfKey } from '../map/geometry/borders.ts'
import type { StrokeMesh } from '../map/geometry/strokeMesh.ts'
import { StrokeLayer, type StrokePass } from '../map/gl/StrokeLayer.ts'
import { layerOfLevel } from '../map/layerOrder.ts'
import type { LegendEntry, Theme } from '../map/scene.ts'

interface BorderStyle {
  width: number
  dash?: readonly [number, number]
  /** Which of the theme's border colours. */
  tone: 'strong' | 'fine'
  alpha: number
  /** Not drawn where the narrower neighbour is narrower than this on screen, CSS pixels. */
  leastCell: number
  /** Strongest first where one border bounds several levels. */
  strength: number
}

/** Borders carry rank. */
const borderStyles: Readonly<Record<string, BorderStyle>> = {
  city: { width: 2.5, tone: 'strong', alpha: 1, leastCell: 0, strength: 9 },
  district: { width: 2, tone: 'strong', alpha: 0.95, leastCell: 0, strength: 8 },
  squad: { width: 1.75, dash: [6, 4], tone: 'strong', alpha: 0.95, leastCell: 0, strength: 7 },
  township: { width: 1.5, tone: 'strong', alpha: 0.75, leastCell: 0, strength: 6 },
  village: { width: 1, tone: 'strong', alpha: 0.5, leastCell: 12, strength: 5 },
  grid: { width: 0.75, tone: 'fine', alpha: 0.85, leastCell: 9, strength: 4 },
  microGrid: { width: 0.4, tone: 'fine', alpha: 0.9, leastCell: 24, strength: 3 },
}

/** Levels of other cities: by rank. */
function styleOf(level: AreaLevel): BorderStyle {
  const named = borderStyles[level.level]
  if (named) return named
  if (level.rank === 0) return borderStyles.city
  if (level.rank === 1) return borderStyles.township
  if (level.rank === 2) return borderStyles.village
  return level.rank === 3 ? borderStyles.grid : borderStyles.microGrid
}

/**
 * What to draw at a zoom: every border once, in the style of the strongest shown level it bounds, weak below strong.
 * @param shown per level of the bundle whether its borders are drawn. @param metresPerPixel of the view, rounded by
 * the caller so that passes change seldom.
 */
export function borderPasses(
  bundle: AreaBundle,
  mesh: StrokeMesh,
  shown: readonly boolean[],
  metresPerPixel: number,
  theme: Theme,
): StrokePass[] {
  const byLevel = new Map<number, number[]>()
  for (const { key } of mesh.groups) {
    const levels = levelsOfKey(key)
    let strongest = -1
    bundle.levels.forEach((level, i) => {
      if ((levels >> i) % 2 === 0 || !shown[i]) return
      if (strongest < 0 || styleOf(level).strength > styleOf(bundle.levels[strongest]).strength) strongest = i
    })
    if (strongest < 0) continue
    if (widthOfKey(key) / metresPerPixel < styleOf(bundle.levels[strongest]).leastCell) continue
    byLevel.set(strongest, [...(byLevel.get(strongest) ?? []), key])
  }
  return [...byLevel]
    .map(([level, keys]) => ({ keys, style: styleOf(bundle.levels[level]) }))
    .sort((a, b) => a.style.strength - b.style.strength)
    .map(({ keys, style }) => ({
      keys,
      color: [...toneOf(style, theme), style.alpha] as const,
      width: style.width,
      dash: style.dash,
    }))
}

function toneOf(style: BorderStyle, theme: Theme): Rgb {
  return style.tone === 'strong' ? mapColors[theme].borderStrong : mapColors[theme].borderFine
}

export function bordersLayer(mesh: StrokeMesh, passes: readonly StrokePass[]): StrokeLayer {
  return new StrokeLayer({ id: 'borders', mesh, passes })
}

/** One entry a level that has a switch. */
export function bordersLegend(bundle: AreaBundle, theme: Theme): LegendEntry[] {
  return bundle.levels.flatMap((level) => {
    const layer = layerOfLevel[level.level]
    if (!layer) return []
    const style = styleOf(level)
    return [
      {
        layer,
        title: level.name,
        items: [
          {
            label: level.name,
            color: cssColor(toneOf(style, theme), style.alpha),
            mark: style.dash ? ('dashed' as const) : ('line' as const),
            width: style.width,
          },
        ],
      },
    ]
  })
}
