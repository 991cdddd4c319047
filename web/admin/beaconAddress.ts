/** Where the beacon of a unit sends its positions. @param origin of this server, as the phone reaches it */
export function beaconServer(origin: string): string {
  return `${origin}/ingest/positions`
}

/**
 * The address that OsmAnd's online tracking fills in: {0} latitude, {1} longitude, {2} milliseconds since 1970, {5} metres
 * a second, {6} degrees.
 */
export function osmAndAddress(origin: string, token: string): string {
  return `${beaconServer(origin)}?id=${token}&lat={0}&lon={1}&timestamp={2}&speedMs={5}&bearing={6}`
}
