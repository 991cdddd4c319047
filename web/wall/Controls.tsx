import { Link } from '@tanstack/react-router'
import { type Dispatch, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { Tour, TourAction } from './tour.ts'
import styles from './wall.module.css'

interface ControlsProps {
  tour: Tour
  dispatch: Dispatch<TourAction>
  /** False for a wall that has no other room to go to. */
  leaves: boolean
}

function toggleFullScreen(): void {
  // A browser may refuse full screen (an embedded page, a policy); the wall then stays in its window.
  if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined)
  else void document.documentElement.requestFullscreen().catch(() => undefined)
}

/** What a person at the wall can do, by touch and by key: space, arrows, 1 to 3, F, Escape leads back to the map. */
export function Controls({ tour, dispatch, leaves }: ControlsProps) {
  const { t } = useTranslation()

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      const now = Date.now()
      if (event.key === ' ') dispatch({ type: 'togglePause', now })
      else if (event.key === 'ArrowRight') dispatch({ type: 'next', now })
      else if (event.key === 'ArrowLeft') dispatch({ type: 'previous', now })
      else if (/^[1-9]$/.test(event.key)) dispatch({ type: 'show', index: Number(event.key) - 1, now })
      else if (event.key.toLowerCase() === 'f') toggleFullScreen()
      else return
      event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [dispatch])

  return (
    <nav className={styles.controls}>
      <button
        type="button"
        className={styles.control}
        title={`${t('wall.bar.previous')} (←)`}
        aria-label={t('wall.bar.previous')}
        onClick={() => dispatch({ type: 'previous', now: Date.now() })}
      >
        ←
      </button>
      <button
        type="button"
        className={styles.control}
        title={t('keys.key')}
        onClick={() => dispatch({ type: 'togglePause', now: Date.now() })}
      >
        {t(tour.paused ? 'wall.bar.resume' : 'wall.bar.pause')}
      </button>
      <button
        type="button"
        className={styles.control}
        title={`${t('wall.bar.next')} (→)`}
        aria-label={t('wall.bar.next')}
        onClick={() => dispatch({ type: 'next', now: Date.now() })}
      >
        →
      </button>
      <button type="button" className={styles.control} title="F" onClick={toggleFullScreen}>
        {t('wall.bar.fullScreen')}
      </button>
      {leaves && (
        <Link
          to="/"
          search={(view) => ({ city: view.city, theme: view.theme, language: view.language })}
          className={styles.control}
        >
          {t('wall.bar.back')}
        </Link>
      )}
    </nav>
  )
}
