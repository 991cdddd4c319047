import { z } from 'zod'
import { cityName, expected } from '../inputs.ts'
import { PURPOSES } from '../roles.ts'

const EVENT_ID = 'the id of an event, as the stream or the snapshot gave it'
/** Text to whoever holds it (eventId.ts). A number alone is what ids once were: it leads to a snapshot. */
export const eventId = z
  .string({ error: expected(EVENT_ID) })
  .regex(/^\d{1,15}(-[\da-z]{1,11})?$/, { error: expected(EVENT_ID) })

const PURPOSE = `one of ${PURPOSES.join(', ')}`

export const subscribeInput = z.strictObject({
  city: cityName,
  /** Goes on behind this event; absent: from now on. */
  lastEventId: eventId.nullish(),
  /** What for, since an EventSource sends no header. */
  purpose: z.enum(PURPOSES, { error: expected(PURPOSE) }).nullish(),
})

export type SubscribeInput = z.infer<typeof subscribeInput>
