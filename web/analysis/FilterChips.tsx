import { useTranslation } from 'react-i18next'
import { useClassFilter } from '../hooks/useClassFilter.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useChangeView, useLanguage, useView } from '../hooks/useView.ts'
import { groupName } from '../panels/KindFilter.tsx'
import { nameOf } from '../state/areaTree.ts'
import { nothing } from '../state/selection.ts'
import { formatSpan } from '../ui/Provenance.tsx'
import styles from './chips.module.css'
import { hoursText } from './hoursText.ts'
import type { Analysis } from './useAnalysis.ts'

interface Chip {
  key: string
  name: string
  text: string
  remove: () => void
}

/** What is filtered now, each removable: nothing is left out unseen. */
export function FilterChips({
  analysis,
  classText,
}: {
  analysis: Analysis
  classText: (index: number) => string
}) {
  const { t } = useTranslation()
  const language = useLanguage()
  const changeView = useChangeView()
  const { areaIndex, select } = useSelection()
  const hours = useView((view) => view.hours)
  const [inClass, setInClass] = useClassFilter()
  const { window, tokens, kinds, bundle } = analysis
  const chips: Chip[] = []
  if (window && window.window.preset !== '30d')
    chips.push({
      key: 'window',
      name: t('analysis.chip.window'),
      text:
        window.window.preset === 'custom'
          ? formatSpan(window.span, window.timeZone)
          : t(`window.${window.window.preset}`),
      remove: () => changeView({ window: undefined }),
    })
  if (bundle && areaIndex >= 0)
    chips.push({
      key: 'area',
      name: t('analysis.chip.area'),
      text: nameOf(bundle, areaIndex, language),
      remove: () => select(nothing),
    })
  for (const token of tokens ?? [])
    chips.push({
      key: `kind ${token}`,
      name: t('analysis.chip.kind'),
      text: kinds.find((kind) => kind.code === token)?.name[language] ?? groupName(t, token),
      remove: () => {
        const rest = tokens?.filter((each) => each !== token) ?? []
        changeView({ kinds: rest.length > 0 ? rest : undefined })
      },
    })
  if (hours)
    chips.push({
      key: 'hours',
      name: t('analysis.chip.hours'),
      text: hoursText(hours, language),
      remove: () => changeView({ hours: undefined }),
    })
  if (inClass !== null)
    chips.push({
      key: 'class',
      name: t('analysis.chip.class'),
      text: classText(inClass),
      remove: () => setInClass(null),
    })
  if (chips.length === 0) return <p className={styles.none}>{t('analysis.chip.none')}</p>
  return (
    <ul className={styles.chips} aria-label={t('analysis.chip.title')} data-testid="chips">
      {chips.map((chip) => (
        <li key={chip.key}>
          <button
            type="button"
            className={styles.chip}
            onClick={chip.remove}
            title={t('analysis.chip.remove', { name: chip.name })}
          >
            <span className={styles.name}>{chip.name}</span> {chip.text} <span aria-hidden="true">✕</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
