import { ImportRefusal } from './refusal.ts'
import type { TextFile } from './textFile.ts'

/** One element of a FeatureCollection: JSON, not yet checked to be a Feature. */
export interface FeatureText {
  /** Physical line on which it starts, from 1, and its number in the file, from 1. */
  line: number
  number: number
  text: string
}

const QUOTE = 34
const BACKSLASH = 92
const OPEN_BRACE = 123
const CLOSE_BRACE = 125
const OPEN_BRACKET = 91
const CLOSE_BRACKET = 93
const COMMA = 44
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
  // Everything outside the features, with an empty array in their place: parsed by JSON.parse like any JSON.
  let shell = ''
  let piece = ''
  let start = 0
  let line = 1
  let featureLine = 0
  let number = 0
  let depth = 0
  let inString = false
  let escaped = false
  let inFeatures = false
  let seenFeatures = false
  let needsComma = false

  for await (const chunk of file.text()) {
    start = 0
    for (let index = 0; index < chunk.length; index++) {
      const character = chunk.charCodeAt(index)
      if (character === NEWLINE) line++
      if (inString) {
        if (escaped) escaped = false
        else if (character === BACKSLASH) escaped = true
        else if (character === QUOTE) inString = false
        continue
      }
      switch (character) {
        case QUOTE:
          inString = true
          break
        case COMMA:
          if (inFeatures && depth === 2) needsComma = false
          break
        case OPEN_BRACE:
        case OPEN_BRACKET:
          if (inFeatures && depth === 2) {
            if (needsComma)
              throw new ImportRefusal(file.name, 'expected a comma between features, found none', line)
            // What stood between features is commas and blanks, checked here and not kept.
            checkBetween(file.name, piece + chunk.slice(start, index), line)
            piece = ''
            start = index
            featureLine = line
            number++
          }
          depth++
          if (!inFeatures && !seenFeatures && depth === 2 && character === OPEN_BRACKET) {
            const before = piece + chunk.slice(start, index)
            if (/"features"\s*:\s*$/.test(before)) {
              inFeatures = true
              seenFeatures = true
              shell += `${before}[`
              onCollection(parseJson(file.name, `${shell}]}`, line))
              piece = ''
              start = index + 1
            }
          }
          break
        case CLOSE_BRACE:
        case CLOSE_BRACKET:
          depth--
          if (inFeatures && depth === 2) {
            yield { line: featureLine, number, text: piece + chunk.slice(start, index + 1) }
            piece = ''
            start = index + 1
            needsComma = true
          } else if (inFeatures && depth === 1) {
            checkBetween(file.name, piece + chunk.slice(start, index), line)
            inFeatures = false
            piece = ''
            start = index
          }
      }
    }
    piece += chunk.slice(start)
  }
  if (inFeatures) {
    const where = depth > 2 ? `in the middle of feature ${number}` : `after feature ${number}`
    throw new ImportRefusal(file.name, `expected a whole FeatureCollection, but the file ends ${where}`, line)
  }
  const collection = parseJson(file.name, shell + piece, line)
  if (!seenFeatures)
    throw new ImportRefusal(file.name, `expected a FeatureCollection, found ${describe(collection)}`, 1)
  onCollection(collection)
}

function checkBetween(file: string, between: string, line: number): void {
  const stray = /[^\s,]/.exec(between)
  if (stray) throw new ImportRefusal(file, `expected a feature, found "${between.trim().slice(0, 40)}"`, line)
}

function parseJson(file: string, text: string, line: number): Record<string, unknown> {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ImportRefusal(file, `expected JSON: ${error instanceof Error ? error.message : error}`, line)
  }
}

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return 'type' in value ? `type ${JSON.stringify(value.type)}` : 'an object without type'
}
