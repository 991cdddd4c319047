import type { LevelName } from '../../geodata/city.ts'
import { layerOfLevel } from '../map/layerOrder.ts'
import type { LayerId } from '../map/scene.ts'

/** The level an area layer draws; the other layers draw no level. A city without the level has no such layer. */
export const layerLevel: Readonly<Partial<Record<LayerId, LevelName>>> = Object.fromEntries(
  Object.entries(layerOfLevel).map(([level, layer]) => [layer, level]),
)
