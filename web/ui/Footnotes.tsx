import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './figures.module.css'

type Lines = readonly (readonly [string, string])[]

interface Footnotes {
  texts: readonly string[]
  add: (text: string) => void
  drop: (text: string) => void
}

const FootnotesContext = createContext<Footnotes | null>(null)

const textOf = (lines: Lines) => lines.map(([name, words]) => `${name}: ${words}`).join(' · ')

/** Collects what the numbers of a page rest on, so that paper, which cannot be hovered, says it too. */
export function FootnotesProvider({ children }: { children: ReactNode }) {
  const [uses, setUses] = useState<ReadonlyMap<string, number>>(new Map())
  const change = useCallback((text: string, by: number) => {
    setUses((known) => {
      const next = new Map(known)
      const count = (next.get(text) ?? 0) + by
      if (count > 0) next.set(text, count)
      else next.delete(text)
      return next
    })
  }, [])
  // What is done with the notes stays the same while they change: a part registers once, not with every note of others.
  const actions = useMemo(
    () => ({ add: (text: string) => change(text, 1), drop: (text: string) => change(text, -1) }),
    [change],
  )
  const footnotes = useMemo(() => ({ texts: [...uses.keys()], ...actions }), [uses, actions])
  return <FootnotesContext value={footnotes}>{children}</FootnotesContext>
}

/**
 * Registers a note while its part is on the page; null where the page says it already.
 * @returns its number, from 1; undefined on a page without footnotes.
 */
export function useFootnote(lines: Lines | null): number | undefined {
  const footnotes = useContext(FootnotesContext)
  const text = lines && textOf(lines)
  const { add, drop } = footnotes ?? {}
  useEffect(() => {
    if (text === null) return
    add?.(text)
    return () => drop?.(text)
  }, [add, drop, text])
  const place = text === null ? -1 : (footnotes?.texts.indexOf(text) ?? -1)
  return place < 0 ? undefined : place + 1
}

/** The notes in the order of the page, on paper only. */
export function FootnoteList() {
  const { t } = useTranslation()
  const footnotes = useContext(FootnotesContext)
  if (!footnotes || footnotes.texts.length === 0) return null
  return (
    <section className={styles.footnotes}>
      <h2>{t('number.footnotes')}</h2>
      <ol>
        {footnotes.texts.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ol>
    </section>
  )
}
