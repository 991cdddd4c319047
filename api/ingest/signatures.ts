import { createHmac, timingSafeEqual } from 'node:crypto'

export const SIGNATURE_HEADER = 'x-gridwall-signature'
export const TIMESTAMP_HEADER = 'x-gridwall-timestamp'

/** A signed message is believed for so long, and taken once. */
export const SIGNED_WITHIN_S = 300

/** Over the time and the body, so that neither can be exchanged. @param timestamp seconds since 1970, as in the header. */
export function signatureOf(secret: string, timestamp: string, body: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest()
}

/** The signature in a header, `sha256=` and 64 hexadecimal digits; null for anything else. */
export function readSignature(header: unknown): Buffer | null {
  const match = typeof header === 'string' ? /^sha256=([0-9a-f]{64})$/i.exec(header) : null
  return match ? Buffer.from(match[1], 'hex') : null
}

/** Whether a message was signed with the secret, and not long ago or ahead of us. */
export function isSigned(
  secret: string,
  signed: { signature: Buffer; timestamp: unknown; body: Uint8Array },
  now: Date,
): boolean {
  const { signature, timestamp, body } = signed
  if (typeof timestamp !== 'string' || !/^\d{1,12}$/.test(timestamp)) return false
  const right = timingSafeEqual(signature, signatureOf(secret, timestamp, body))
  return right && Math.abs(now.getTime() / 1000 - Number(timestamp)) <= SIGNED_WITHIN_S
}
