import type { LiveFeed } from '../../api/live/messages.ts'
import type { Translate } from '../i18n/translate.ts'
import type { Language } from '../map/scene.ts'

/** What a source is called in the language of the screen; by its other name, or its code, where it has none there. */
export function feedName(
  t: Translate,
  { source, name, nameEn }: Pick<LiveFeed, 'source' | 'name' | 'nameEn'>,
  language: Language,
): string {
  if (source === 'beacons') return t('live.feeds.beacons')
  return (language === 'en' && nameEn) || name || source
}
