import { Link, Outlet } from '@tanstack/react-router'
import { App, ConfigProvider, type ThemeConfig } from 'antd'
import { useTranslation } from 'react-i18next'
import { AdminBar } from '../admin/AdminBar.tsx'
import styles from '../admin/admin.module.css'
import { adminPages, mayOpen } from '../admin/pages.ts'
import { useMe, useOffers } from '../hooks/useSession.ts'
import { LoadingState } from '../ui/LoadingState.tsx'

/** Tables are ink on paper: lines between rows, no shaded columns. */
const quietTables: ThemeConfig = {
  components: {
    Table: {
      headerBg: 'transparent',
      headerColor: 'var(--ink-soft)',
      headerSortActiveBg: 'transparent',
      headerSortHoverBg: 'var(--accent-wash)',
      headerSplitColor: 'transparent',
      bodySortBg: 'transparent',
      rowHoverBg: 'var(--accent-wash)',
      colorBgContainer: 'transparent',
      cellPaddingBlockMD: 8,
      fontWeightStrong: 400,
    },
  },
}

/** The administration: a bar, the pages this account has rights for, and the page itself. */
export function AdminScreen() {
  const { t } = useTranslation()
  const { isPending } = useOffers()
  const held = useMe()?.rightsAnywhere ?? []
  return (
    <ConfigProvider theme={quietTables}>
      <App component={false} message={{ maxCount: 3 }}>
        <div className={styles.screen}>
          <AdminBar />
          <nav className={styles.nav} aria-label={t('admin.title')}>
            {adminPages
              .filter((page) => mayOpen(page, held))
              .map(({ name, to }) => (
                <Link
                  key={name}
                  to={to}
                  search={true}
                  className={styles.link}
                  activeProps={{ className: styles.active, 'aria-current': 'page' }}
                  activeOptions={{ includeSearch: false }}
                >
                  {t(`admin.page.${name}`)}
                </Link>
              ))}
          </nav>
          <main className={styles.main}>
            {/* Nobody reads a time by another clock than the page's. */}
            {isPending ? <LoadingState /> : <Outlet />}
          </main>
        </div>
      </App>
    </ConfigProvider>
  )
}
