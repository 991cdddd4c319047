import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '../hooks/useSession.ts'
import { PageFrame } from './PageFrame.tsx'
import { type AdminPageName, adminPages, mayOpen } from './pages.ts'

interface GuardedProps {
  page: AdminPageName
  children: ReactNode
}

/** A page, or for whoever has no right to it whom it belongs to and whom to ask. */
export function Guarded({ page, children }: GuardedProps) {
  const { t } = useTranslation()
  const me = useMe()
  const entry = adminPages.find(({ name }) => name === page)
  if (!me || !entry) return null
  if (mayOpen(entry, me.rightsAnywhere)) return children
  return (
    <PageFrame title={t(`admin.page.${page}`)} about={t('admin.denied.title')}>
      <p>{t(`admin.denied.${page === 'data' ? 'people' : page}`)}</p>
      <p>{t('admin.denied.ask')}</p>
    </PageFrame>
  )
}
