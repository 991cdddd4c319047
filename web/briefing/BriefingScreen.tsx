import { LoadingState } from '../ui/LoadingState.tsx'

export function BriefingScreen() {
  return <LoadingState />
}
