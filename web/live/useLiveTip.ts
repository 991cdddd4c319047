import { useTranslation } from 'react-i18next'
import { useCity } from '../hooks/useCity.ts'
import { useLanguage } from '../hooks/useView.ts'
import type { Target } from '../map/scene.ts'
import { useLiveStore } from './live.ts'
import { spanText } from './spanText.ts'

/** What is said of a unit or an incident of now under the pointer, a line each; null where it is neither. */
export function useLiveTip(target: Target | null): string[] | null {
  const { t } = useTranslation()
  const language = useLanguage()
  const { store } = useLiveStore()
  const { data: city } = useCity()
  const ago = (at: number) => t('live.unit.ago', { age: spanText(t, store.now() - at) })
  if (target?.kind === 'unit') {
    const unit = store.units.get(target.id)
    if (!unit) return null
    const track = store.track(unit.id)
    const heard = track && track.count > 0 ? ` · ${ago(track.at[track.last])}` : ''
    return [
      unit.callSign,
      `${t(`live.unit.kinds.${unit.kind}`)} · ${t(`live.unit.states.${unit.state}`)}${heard}`,
    ]
  }
  const incident = target?.kind === 'incident' ? store.incidents.get(target.id) : undefined
  if (target?.kind !== 'incident' || !incident) return null
  const kind = city?.kinds.find(({ code }) => code === incident.kind)?.name[language] ?? incident.kind
  return [
    kind,
    `${t(`incident.statuses.${incident.status}`)} · ${ago(Date.parse(incident.reportedAt))}`,
    ...(target.more > 0 ? [t('live.more', { count: target.more })] : []),
  ]
}
