import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useLanguage } from '../hooks/useView.ts'
import { trpc } from '../trpc.ts'
import styles from './brief.module.css'
import { citedDate, citedFor, type Fact, isChange } from './cited.ts'

const exact = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 })

/** Published figures, set apart under their own heading, each with its parts, its source and its date. */
export function CitedFacts({ divisionCode }: { divisionCode: string | null }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const facts = useQuery(trpc.facts.cited.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }))
  const cited = citedFor(facts.data ?? [], divisionCode)
  if (cited.length === 0) return null

  function value(fact: Fact): string {
    if (fact.value === null) return ''
    const number = `${isChange(fact) && fact.value > 0 ? '+' : ''}${exact.format(fact.value).replace('-', '−')} ${fact.unit}`
    switch (fact.exactness) {
      case 'exact':
        return number
      case 'at-least':
        return t('brief.atLeast', { value: number })
      case 'at-most':
        return t('brief.atMost', { value: number })
      case 'approximate':
        return t('brief.approximate', { value: number })
    }
  }

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
                {value(fact)}
                {fact.numerator !== null &&
                  fact.denominator !== null &&
                  fact.numerator !== fact.denominator && (
                    <span className={styles.soft}>
                      {' '}
                      (
                      {t('brief.citedParts', {
                        n: exact.format(fact.numerator),
                        total: exact.format(fact.denominator),
                      })}
                      )
                    </span>
                  )}
              </td>
              <td className={styles.source}>
                {t('brief.citedSource', {
                  publisher: fact.source.publisher ?? fact.source.title,
                  date:
                    citedDate(fact) ?? [t('brief.undated'), fact.period.asPrinted].filter(Boolean).join(' '),
                })}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
