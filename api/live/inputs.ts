import { z } from 'zod'
import { cityName, expected } from '../inputs.ts'
import { PURPOSES } from '../roles.ts'

const EVENT_ID = 'the number of an event, as the stream or the snapshot gave it'
/** Text to whoever holds it; a number in the database. */
export const eventId = z
  .string({ error: expected(EVENT_ID) })
  .regex(/^\d{1,15}$/, { error: expected(EVENT_ID) })

const PURPOSE = `one of ${PURPOSES.join(', ')}`

export const subscribeInput = z.strictObject({
  city: cityName,
  /** Goes on behind this event; absent: from now on. */
  lastEventId: eventId.nullish(),
  /** What for, since an EventSource sends no header. */
  purpose: z.enum(PURPOSES, { error: expected(PURPOSE) }).nullish(),
})

export type SubscribeInput = z.infer<typeof subscribeInput>
