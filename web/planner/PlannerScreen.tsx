import { LoadingState } from '../ui/LoadingState.tsx'

export function PlannerScreen() {
  return <LoadingState />
}
