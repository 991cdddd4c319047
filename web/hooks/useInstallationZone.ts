import { useOffers } from './useSession.ts'

/** Until the server has said which; the same nearly always. */
const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone

/**
 * The time zone of administration and accounts: the cities', so that everybody who reads a list reads the same time,
 * wherever they sit. UTC where cities lie in several.
 */
export function useInstallationZone(): string {
  return useOffers().data?.timeZone ?? browserZone
}
