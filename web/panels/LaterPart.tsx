import { CatchBoundary } from '@tanstack/react-router'
import { type ReactNode, Suspense } from 'react'
import { ErrorState } from '../ui/ErrorState.tsx'
import styles from './mapRoom.module.css'

const always = () => 'part'

function Failed({ error }: { error: unknown }) {
  return (
    <div className={styles.notice}>
      <ErrorState error={error} inPlace />
    </div>
  )
}

/** A part of the room that is loaded when it is opened. Where that fails only the part is missing, never the map. */
export function LaterPart({ children }: { children: ReactNode }) {
  return (
    <CatchBoundary getResetKey={always} errorComponent={Failed}>
      <Suspense>{children}</Suspense>
    </CatchBoundary>
  )
}
