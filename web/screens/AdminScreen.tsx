import { LoadingState } from '../ui/LoadingState.tsx'

export function AdminScreen() {
  return <LoadingState />
}
