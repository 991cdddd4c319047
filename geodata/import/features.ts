import type { Feature, Geometry } from 'geojson'
import { ImportRefusal } from './refusal.ts'
import type { TextFile } from './textFile.ts'

/** One element of a FeatureCollection: JSON, not yet checked to be a Feature. */
export interface FeatureText {
  /** Physical line on which it starts, from 1, and its number in the file, from 1. */
  line: number
  number: number
  text: string
}

/** GeoJSON needs eight; what is nested deeper is made to exhaust whoever reads it. */
const DEEPEST = 64
/** In characters: a coastline of a million positions takes half of it. */
const LONGEST_FEATURE = 64 * 1024 * 1024
/** Everything before and after the features. */
const LONGEST_SHELL = 4 * 1024 * 1024

const QUOTE = 34
const BACKSLASH = 92
const OPEN_BRACE = 123
const CLOSE_BRACE = 125
const OPEN_BRACKET = 91
const CLOSE_BRACKET = 93
const NEWLINE = 10

/**
 * The features of a GeoJSON FeatureCollection one by one, as text, so that the file never stands whole in memory.
 * @param onCollection is told everything of the collection but its features (an object with `type`, perhaps `crs`)
 * as far as it stands before them, and again when the file ends.
 * @throws ImportRefusal with the line when the text is no FeatureCollection.
 */
export async function* readFeatures(
  file: TextFile,
  onCollection: (collection: Record<string, unknown>) => void,
): AsyncGenerator<FeatureText> {
  let where: 'before' | 'inside' | 'after' = 'before'
  // The text around the features, with an empty list in their place: JSON.parse reads it like any other.
  let shell = ''
  // What was read since the last feature, or since its beginning.
  let piece = ''
  let depth = 0
  let inString = false
  let escaped = false
  let line = 1
  let featureLine = 0
  let number = 0

  const limit = () => {
    const inFeature = where === 'inside' && depth > 2
    const most = inFeature ? LONGEST_FEATURE : LONGEST_SHELL
    if (piece.length <= most) return
    const what = inFeature ? `feature ${number}` : 'what stands around the features'
    throw new ImportRefusal(file.name, `${what} is longer than ${most / 1024 / 1024} MiB`, line)
  }

  const expectBetween = (expected: string, text: string) => {
    const found = text.trim()
    if (found === expected) return
    const wanted = expected === ',' ? 'a comma between features' : 'features'
    throw new ImportRefusal(file.name, `expected ${wanted}, found "${found.slice(0, 40)}"`, line)
  }

  for await (const chunk of file.text()) {
    let start = 0
    for (let index = 0; index < chunk.length; index++) {
      const character = chunk.charCodeAt(index)
      if (character === NEWLINE) line++
      if (inString) {
        if (escaped) escaped = false
        else if (character === BACKSLASH) escaped = true
        else if (character === QUOTE) inString = false
        continue
      }
      if (character === QUOTE) inString = true
      else if (character === OPEN_BRACE || character === OPEN_BRACKET) {
        depth++
        if (depth > DEEPEST) {
          throw new ImportRefusal(
            file.name,
            `expected at most ${DEEPEST} levels of brackets, found more`,
            line,
          )
        }
        if (where === 'inside' && depth === 3) {
          expectBetween(number === 0 ? '' : ',', piece + chunk.slice(start, index))
          piece = ''
          start = index
          featureLine = line
          number++
        } else if (where === 'before' && depth === 2 && character === OPEN_BRACKET) {
          const before = piece + chunk.slice(start, index + 1)
          if (!/"features"\s*:\s*\[$/.test(before)) continue
          where = 'inside'
          shell = before
          onCollection(parseJson(file.name, `${shell}]}`, line))
          piece = ''
          start = index + 1
        }
      } else if (character === CLOSE_BRACE || character === CLOSE_BRACKET) {
        depth--
        if (where !== 'inside') continue
        if (depth === 2) {
          yield { line: featureLine, number, text: piece + chunk.slice(start, index + 1) }
          piece = ''
          start = index + 1
        } else if (depth === 1) {
          expectBetween('', piece + chunk.slice(start, index))
          where = 'after'
          piece = ''
          start = index
        }
      }
    }
    piece += chunk.slice(start)
    limit()
  }
  if (where === 'inside') {
    const place = depth > 2 ? `in the middle of feature ${number}` : `after feature ${number}`
    throw new ImportRefusal(file.name, `expected a whole FeatureCollection, but the file ends ${place}`, line)
  }
  const collection: Record<string, unknown> = parseJson(file.name, shell + piece, line)
  if (where === 'before') {
    throw new ImportRefusal(file.name, `expected a FeatureCollection, found ${describe(collection)}`, 1)
  }
  onCollection(collection)
}

/** @throws ImportRefusal when the text is no JSON: then nothing after it can be trusted either. */
export function parseFeature(file: string, { line, number, text }: FeatureText): Feature<Geometry | null> {
  return parseJson(file, text, line, `feature ${number}: `)
}

/** A property as text; null when it is absent, null or blank. */
export function propertyText({ properties }: Feature<Geometry | null>, property: string): string | null {
  const value: unknown = properties && Object.hasOwn(properties, property) ? properties[property] : null
  if (value === null) return null
  return (typeof value === 'object' ? JSON.stringify(value) : String(value)).trim() || null
}

function parseJson<Value>(file: string, text: string, line: number, prefix = ''): Value {
  try {
    return JSON.parse(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new ImportRefusal(file, `${prefix}expected JSON: ${message}`, line)
  }
}

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return 'type' in value ? `type ${JSON.stringify(value.type)}` : 'an object without type'
}
