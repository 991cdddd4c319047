/**
 * What clients for phones send, as items of `POST /ingest/positions`. Pure. Numbers that are none are left as they came,
 * so that the answer says what was expected and what came.
 */

const KNOT_MS = 1852 / 3600

type Fields = Readonly<Record<string, unknown>>

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null
}

function numberOf(value: unknown): unknown {
  if (typeof value !== 'string') return value
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value) ? Number(value) : value
}

/** Seconds or milliseconds since 1970, or an instant in words; nothing: now. */
function instantOf(value: unknown, now: Date): unknown {
  if (value === undefined || value === '') return now.toISOString()
  const number = numberOf(value)
  if (typeof number === 'number') {
    // Seconds of the year 5138, milliseconds of 1973.
    const at = new Date(number < 1e11 ? number * 1000 : number)
    return Number.isNaN(at.getTime()) ? value : at.toISOString()
  }
  // "2026-11-22 01:02:03" is UTC, as servers for these clients read it.
  const plain = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d+)?)$/.exec(String(value))
  return plain ? `${plain[1]}T${plain[2]}Z` : value
}

/** Below zero: the phone does not know. */
function known(value: unknown): unknown {
  const number = numberOf(value)
  return number === '' || (typeof number === 'number' && number < 0) ? undefined : number
}

/**
 * The query of OsmAnd's online tracking, also that of older Traccar clients: `id, lat, lon, timestamp, speed (knots),
 * bearing` and more that is not kept (altitude, accuracy, battery). OsmAnd itself fills a template in metres a second: the
 * address we give it (web/admin/beaconAddress.ts) says `speedMs`.
 */
export function fromOsmAnd(query: Fields, now: Date): object {
  const speed = known(query.speed)
  return {
    lng: numberOf(query.lon),
    lat: numberOf(query.lat),
    at: instantOf(query.timestamp, now),
    headingDeg: known(query.bearing ?? query.heading),
    speedMs: known(query.speedMs) ?? (typeof speed === 'number' ? speed * KNOT_MS : speed),
  }
}

/** The JSON of Traccar's client: `{location: {timestamp, coords: {…}}, device_id}`; null where it is something else. */
export function fromTraccar(body: unknown, now: Date): { token: unknown; item: object } | null {
  const root = fieldsOf(body)
  const location = fieldsOf(root?.location)
  if (!root || !location) return null
  const coords = fieldsOf(location.coords) ?? {}
  return {
    token: root.device_id,
    item: {
      lng: numberOf(coords.longitude),
      lat: numberOf(coords.latitude),
      at: instantOf(location.timestamp, now),
      headingDeg: known(coords.heading),
      speedMs: known(coords.speed),
    },
  }
}
