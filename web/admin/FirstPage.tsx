import { Navigate } from '@tanstack/react-router'
import { useMe } from '../hooks/useSession.ts'
import { adminPages, mayOpen } from './pages.ts'

/** `/admin` itself: the first page this account may open. */
export function FirstPage() {
  const me = useMe()
  const first = me && adminPages.find((page) => mayOpen(page, me.rightsAnywhere))
  return first ? <Navigate to={first.to} search={true} replace /> : null
}
