import { useMapController } from '../hooks/useMapController.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useLiveStore } from './live.ts'

/** Goes to an incident, on the map too where it is live. */
export function useOpenIncident(): (id: number) => void {
  const { store } = useLiveStore()
  const { select } = useSelection()
  const controller = useMapController()
  return (id) => {
    select({ kind: 'incident', id })
    const incident = store.incidents.get(id)
    if (incident) controller?.flyTo({ center: [incident.lng, incident.lat] })
  }
}
