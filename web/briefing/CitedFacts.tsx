import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useLanguage } from '../hooks/useView.ts'
import { trpc } from '../trpc.ts'
import { formatPrinted, formatSigned } from '../ui/numbers.ts'
import { NumbersOf } from '../ui/Provenance.tsx'
import { Told } from '../ui/Told.tsx'
import styles from './brief.module.css'
import { citedDate, citedFor, type Fact, isChange, recomputed } from './cited.ts'

/** Published figures, set apart under their own heading, each with its parts, its source and its date. */
export function CitedFacts({ divisionCode }: { divisionCode: string | null }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const facts = useQuery(trpc.facts.cited.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }))
  const cited = citedFor(facts.data ?? [], divisionCode)
  if (cited.length === 0) return null

  const sourceOf = (fact: Fact) =>
    t('brief.citedSource', {
      publisher: fact.source.publisher ?? fact.source.title,
      date: citedDate(fact) ?? [t('brief.undated'), fact.period.asPrinted].filter(Boolean).join(' '),
    })

  return (
    <section className={styles.cited}>
      <h2 className={styles.heading}>{t('brief.cited')}</h2>
      <p className={styles.hint}>{t('brief.citedHint')}</p>
      <table className={styles.table}>
        <tbody>
          {cited.map((fact) => (
            <tr key={fact.id}>
              <th scope="row">{fact.label[language]}</th>
              <td>
                <NumbersOf counted={fact.label[language]} source={{ cited: sourceOf(fact) }} footnote={false}>
                  <CitedValue fact={fact} />
                </NumbersOf>
              </td>
              <td className={styles.source}>{sourceOf(fact)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** The figure as printed, its n/N where printed, and what its own counts make of it where that is something else. */
function CitedValue({ fact }: { fact: Fact }) {
  const { t } = useTranslation()
  const language = useLanguage()
  if (fact.value === null) return null
  const print = (value: number) => formatPrinted(value, language)
  const share = recomputed(fact)
  const { numerator, denominator } = fact
  const unit = `\u00a0${fact.unit}`
  return (
    <Told kind="measure" more={isChange(fact) ? [t('number.cited.noBase')] : []}>
      {exactly(`${isChange(fact) ? formatSigned(fact.value, print(fact.value)) : print(fact.value)}${unit}`)}
      {numerator !== null && denominator !== null && numerator !== denominator && (
        <span className={styles.soft}>
          {' '}
          ({print(numerator)} / {print(denominator)})
        </span>
      )}
      {share && !share.agrees && (
        <span className={styles.differs}>
          {t('number.cited.both', {
            printed: `${print(share.printed)}${unit}`,
            recomputed: `${print(share.recomputed)}${unit}`,
          })}
        </span>
      )}
    </Told>
  )

  function exactly(value: string): string {
    switch (fact.exactness) {
      case 'exact':
        return value
      case 'at-least':
        return t('brief.atLeast', { value })
      case 'at-most':
        return t('brief.atMost', { value })
      case 'approximate':
        return t('brief.approximate', { value })
    }
  }
}
