import clsx from 'clsx'
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { createPortal } from 'react-dom'
import { useTranslation } from 'react-i18next'
import { useScreenScale } from '../hooks/useScreenScale.ts'
import styles from './figures.module.css'
import { type Provenance, useProvenance } from './Provenance.tsx'

export type NumberKind = 'count' | 'share' | 'measure' | 'change' | 'verdict' | 'median' | 'rate' | 'hidden'

interface ToldProps {
  kind: NumberKind
  children: ReactNode
  className?: string
  /** What this one number adds to what all of its part rest on: its interval, how its verdict came about. */
  more?: readonly string[]
  /** Marks the number on paper with the footnote of its part. */
  marked?: boolean
  testId?: string
  verdict?: string
}

/** A number that says, on hover and on focus, what it rests on. Every number on a screen stands in one of these. */
export function Told({ kind, children, className, more, marked = false, testId, verdict }: ToldProps) {
  const provenance = useProvenance()
  const { target, tip, handlers } = useTip<HTMLSpanElement>(provenance, more)
  return (
    <span
      ref={target}
      className={clsx(styles.told, className)}
      data-number={kind}
      data-told={provenance !== null}
      data-testid={testId}
      data-verdict={verdict}
      tabIndex={provenance?.each ? 0 : undefined}
      {...handlers}
    >
      {children}
      {marked && provenance?.footnote !== undefined && (
        <sup className={styles.footnoteMark}>{provenance.footnote}</sup>
      )}
      {tip}
    </span>
  )
}

/** The mark in the heading of a table: one stop for the keyboard that speaks for all its cells. */
export function AboutNumbers() {
  const { t } = useTranslation()
  const provenance = useProvenance()
  const { target, tip, handlers } = useTip<HTMLButtonElement>(provenance)
  return (
    <>
      <button
        ref={target}
        type="button"
        className={styles.about}
        aria-label={t('number.about')}
        {...handlers}
      >
        <i aria-hidden="true">i</i>
      </button>
      {provenance?.footnote !== undefined && <sup className={styles.footnoteMark}>{provenance.footnote}</sup>}
      {tip}
    </>
  )
}

/** Opens the note at an element while the pointer or the focus is on it; Escape and scrolling close it. */
function useTip<Target extends HTMLElement>(provenance: Provenance | null, more: readonly string[] = []) {
  const target = useRef<Target>(null)
  const [open, setOpen] = useState(false)
  const id = useId()
  useEffect(() => {
    if (!open) return
    const close = () => setOpen(false)
    window.addEventListener('scroll', close, { capture: true, passive: true })
    return () => window.removeEventListener('scroll', close, { capture: true })
  }, [open])
  const lines = provenance?.lines ?? []
  const said = lines.length > 0 || more.length > 0
  return {
    target,
    tip: open && said && target.current && <Tip id={id} at={target.current} lines={lines} more={more} />,
    handlers: {
      'aria-describedby': open ? id : undefined,
      onPointerEnter: () => setOpen(true),
      onPointerLeave: () => setOpen(document.activeElement === target.current && open),
      onFocus: () => setOpen(true),
      onBlur: () => setOpen(false),
      onKeyDown: (event: KeyboardEvent) => {
        if (event.key !== 'Escape' || !open) return
        // The first Escape is the note's; the room's own comes with the next.
        event.stopPropagation()
        setOpen(false)
      },
    },
  }
}

interface TipProps {
  id: string
  at: HTMLElement
  lines: Provenance['lines']
  more: readonly string[]
}

const gap = 6

function Tip({ id, at, lines, more }: TipProps) {
  const scale = useScreenScale()
  const box = useRef<HTMLDivElement>(null)
  const [place, setPlace] = useState<CSSProperties>({ visibility: 'hidden' })
  useLayoutEffect(() => {
    if (!box.current) return
    const target = at.getBoundingClientRect()
    const own = box.current.getBoundingClientRect()
    const left = Math.max(gap, Math.min(target.left, window.innerWidth - own.width - gap))
    const above = target.top - own.height - gap
    const below = target.bottom + gap
    const top = below + own.height <= window.innerHeight || above < 0 ? below : above
    // The note itself is zoomed, and with it the lengths it is placed by.
    setPlace({ left: left / scale, top: top / scale })
  }, [at, scale])
  return createPortal(
    <div ref={box} id={id} role="tooltip" className={styles.tip} style={place}>
      {more.map((line) => (
        <p key={line}>{line}</p>
      ))}
      <dl>
        {lines.map(([name, words]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </div>,
    document.body,
  )
}
