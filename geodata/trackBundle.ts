/**
 * Tracks of units in few bytes: fixes ordered by unit and time, each column as differences to the fix before. A fix costs
 * about eight bytes before compression, against some ninety as an object in JSON.
 */
import { ByteReader, ByteWriter, differences, summed } from './bytes.ts'

/** Fixes as columns, ordered by unit and then by time. */
export interface TrackColumns {
  /** Ids of units, ascending. */
  unit: ArrayLike<number>
  /** Whole seconds since the beginning of the window; negative: the last fix before it. */
  at: ArrayLike<number>
  /** 1e-6 degrees, EPSG:4326. */
  lng: ArrayLike<number>
  lat: ArrayLike<number>
  /** Degrees clockwise from north, whole; -1: unknown. */
  heading: ArrayLike<number>
  /** Decimetres a second; -1: unknown. */
  speed: ArrayLike<number>
}

const COLUMNS = ['unit', 'at', 'lng', 'lat', 'heading', 'speed'] as const

export function packTracks(columns: TrackColumns): Uint8Array {
  const writer = new ByteWriter()
  writer.unsigned(columns.unit.length)
  for (const name of COLUMNS) writer.signedColumn(differences(columns[name]))
  return writer.finish()
}

/** @param text What `packTracks` made, in base64. @throws RangeError where it is cut. */
export function unpackTracks(text: string): Record<(typeof COLUMNS)[number], Int32Array<ArrayBuffer>> {
  const reader = new ByteReader(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)))
  const count = reader.unsigned()
  const next = () => summed(reader.signedColumn(count))
  return { unit: next(), at: next(), lng: next(), lat: next(), heading: next(), speed: next() }
}
