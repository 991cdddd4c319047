import { LoadingState } from '../ui/LoadingState.tsx'

export function MapScreen() {
  return <LoadingState />
}
