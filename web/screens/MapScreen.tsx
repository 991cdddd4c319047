import { Navigate } from '@tanstack/react-router'
import { App } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCity } from '../hooks/useCity.ts'
import { useLanding } from '../hooks/useLanding.ts'
import { MapContext } from '../hooks/useMapController.ts'
import { useMapGeneration } from '../hooks/useMapGeneration.ts'
import { useMay } from '../hooks/useSession.ts'
import { useView } from '../hooks/useView.ts'
import type { MapController } from '../map/scene.ts'
import { MapCanvas } from '../panels/MapCanvas.tsx'
import { MapRoom } from '../panels/MapRoom.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import styles from './mapScreen.module.css'

/** The main room: the map is the page, everything else floats at its edges. */
export function MapScreen() {
  const { t } = useTranslation()
  const city = useCity()
  const [controller, setController] = useState<MapController | null>(null)
  const [failed, setFailed] = useState(false)
  const generation = useMapGeneration(controller)
  const comparing = useView((view) => view.rest?.compare === '1')
  const mapped = useMay('map')
  const lands = useLanding()

  // Who sees no numbers has other work than the map: it stays a link away.
  if (!mapped || lands) return <Navigate to="/admin" search={true} replace />
  if (city.error && !city.data) return <ErrorState error={city.error} onRetry={city.refetch} />
  if (city.isEmpty) {
    return (
      <main className={styles.message}>
        <h1>{t('state.noCityTitle')}</h1>
        <p>{t('state.noCity')}</p>
      </main>
    )
  }
  return (
    <MapContext value={controller}>
      <main className={styles.screen}>
        <MapCanvas
          key={generation}
          half={comparing}
          onReady={setController}
          onFailed={() => setFailed(true)}
        />
        {/* Toasts outlive the panel they speak of: what was sent may be taken back from them. */}
        <App component={false} message={{ maxCount: 3 }}>
          <MapRoom mapFailed={failed} />
        </App>
      </main>
    </MapContext>
  )
}
