import { type CityHead, type CityPart, cityHead, cityParts } from '../db/writing/cityParts.ts'
import { groundRows } from '../db/writing/groundRows.ts'
import { thingRows } from '../db/writing/thingRows.ts'
import { generateGround } from '../geodata/demo/ground.ts'
import { demoSources } from '../geodata/demo/sources.ts'
import { generateThings } from '../geodata/demo/things.ts'
import { type CityOptions, manifestOf } from './cityOptions.ts'

export type GenerationStage = 'ground' | 'things'

/** What comes out of the generator, in this order: the head, then parts in the order the database takes them. */
export type CityMessage =
  | { kind: 'progress'; stage: GenerationStage; share: number }
  | { kind: 'head'; head: CityHead }
  | { kind: 'part'; part: CityPart }
  | { kind: 'done' }

/** Makes a demo city and hands it over piece by piece, the ground while the things on it are still being made. */
export async function generateCity(
  options: CityOptions,
  emit: (message: CityMessage) => void,
): Promise<void> {
  const { city, seed, incidents } = options
  const asOf = new Date(options.asOf)
  const progress = (stage: GenerationStage) => (share: number) => emit({ kind: 'progress', stage, share })
  const ground = generateGround(manifestOf(city), { seed, onProgress: progress('ground') })
  const origin = {
    generator: 'demo',
    city,
    seed,
    incidents,
    asOf: asOf.toISOString(),
    sources: demoSources(city),
  }
  emit({ kind: 'head', head: cityHead(ground, { asOf, origin }) })
  for await (const part of cityParts(groundRows(ground))) emit({ kind: 'part', part })
  const things = generateThings(ground, { seed, incidents, asOf, onProgress: progress('things') })
  for await (const part of cityParts(thingRows(ground.city.code, things))) emit({ kind: 'part', part })
  emit({ kind: 'done' })
}
