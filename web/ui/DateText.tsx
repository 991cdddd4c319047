import { useLanguage } from '../hooks/useView.ts'
import { formatInstant } from '../state/zonedTime.ts'

interface DateTextProps {
  /** Epoch milliseconds. */
  instant: number
  timeZone: string
}

/** 2026-11-22 14:32 (周日), in the city's time zone. */
export function DateText({ instant, timeZone }: DateTextProps) {
  const language = useLanguage()
  return <time dateTime={new Date(instant).toISOString()}>{formatInstant(instant, timeZone, language)}</time>
}
