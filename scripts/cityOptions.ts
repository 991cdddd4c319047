import { StartError } from '../db/startError.ts'
import type { GroundManifest } from '../geodata/demo/ground/manifest.ts'
import { shuifuManifest } from '../geodata/demo/shuifu.ts'

/** What decides a demo city: the same options make the same city, byte for byte. */
export interface CityOptions {
  city: string
  seed: number
  incidents: number
  /** Epoch milliseconds: the last instant the data speaks about. */
  asOf: number
}

const manifests: Record<string, () => GroundManifest> = { shuifu: shuifuManifest }

export const cityNames = Object.keys(manifests)

/** @throws StartError for a city there is no manifest of. */
export function manifestOf(city: string): GroundManifest {
  const manifest = manifests[city]
  if (manifest) return manifest()
  throw new StartError(
    `没有名为“${city}”的演示城市；可选：${cityNames.join('、')}。`,
    `There is no demo city named "${city}": choose ${cityNames.join(' or ')}.`,
  )
}

/** The demo city as `npm start` makes it. */
export function defaultCity(): CityOptions {
  return { city: 'shuifu', seed: 7, incidents: 60_000, asOf: Date.now() }
}
