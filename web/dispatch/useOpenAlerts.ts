import { useLive } from '../live/live.ts'

/** How many alerts have been raised and not been cleared. */
export const useOpenAlerts = (): number =>
  useLive(({ alerts }) => [...alerts.values()].filter(({ clearedAt }) => clearedAt === null).length)
