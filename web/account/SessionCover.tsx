import { Button } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SessionEnd } from '../state/heldSession.ts'
import styles from './account.module.css'
import { SignInCard } from './SignInCard.tsx'

/** What people do on the card. */
const kept = ['pointerdown', 'pointerup', 'mousedown', 'click', 'keydown', 'keyup', 'wheel'] as const

interface SessionCoverProps {
  /** User name of the session that ended. */
  name: string
  end: SessionEnd
}

/**
 * Lies over everything once the session ended by itself. What is below stays mounted, unseen and out of reach, so that
 * whoever comes back finds what was typed.
 */
export function SessionCover({ name, end }: SessionCoverProps) {
  const { t } = useTranslation()
  const dialog = useRef<HTMLDialogElement>(null)
  const [other, setOther] = useState(false)
  // A modal dialog is above all layers and makes the rest of the page inert, whatever hangs at its end.
  useEffect(() => dialog.current?.showModal(), [])
  useEffect(() => {
    // Rooms listen at the window: what happens here must not close a panel or move a map below.
    const keep = (event: Event) => {
      if (event.target instanceof Node && dialog.current?.contains(event.target)) event.stopPropagation()
    }
    for (const name of kept) document.body.addEventListener(name, keep)
    return () => {
      for (const name of kept) document.body.removeEventListener(name, keep)
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      className={styles.cover}
      aria-labelledby="session-cover"
      onCancel={(event) => event.preventDefault()}
      data-testid="session-cover"
    >
      <div className={styles.page}>
        <SignInCard
          key={String(other)}
          userName={other ? undefined : name}
          head={
            <header className={styles.form}>
              <h1 id="session-cover" className={styles.subtitle}>
                {t('signIn.again.title')}
              </h1>
              <p className={styles.soft}>
                {t(end === 'idle' ? 'signIn.again.idle' : 'signIn.again.ended')}{' '}
                {other ? t('signIn.again.otherText') : t('signIn.again.safe', { name })}
              </p>
            </header>
          }
          hint={
            <p className={styles.choices}>
              <Button type="link" onClick={() => setOther(!other)}>
                {other ? t('signIn.again.same', { name }) : t('signIn.again.other')}
              </Button>
            </p>
          }
        />
      </div>
    </dialog>
  )
}
