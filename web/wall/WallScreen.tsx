import { LoadingState } from '../ui/LoadingState.tsx'

export function WallScreen() {
  return <LoadingState />
}
