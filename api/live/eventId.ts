import type { LivePlace } from '../../db/queries/liveReading.ts'

/**
 * The id of an event as clients keep it: its number, and the instant at which the number was given. A database that was
 * restored to an earlier time gives the same numbers again, to other events at other instants, so that an id of the
 * history that was given up is known as one.
 */
export function eventIdOf({ number, moment }: LivePlace): string {
  return `${number}-${moment.toString(36)}`
}

/** @param eventId as `eventIdOf` makes it; a number alone, as ids once were, is in no history (its moment is NaN). */
export function placeOf(eventId: string): LivePlace {
  const [number, moment = ''] = eventId.split('-')
  return { number: Number(number), moment: Number.parseInt(moment, 36) }
}
