import { Drawer, Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { useMe, useOffers } from '../hooks/useSession.ts'
import styles from './account.module.css'
import { MyFactor } from './MyFactor.tsx'
import { MyPassword } from './MyPassword.tsx'
import { MyRoles } from './MyRoles.tsx'
import { MySessions } from './MySessions.tsx'

/** One's own account: roles and jurisdiction, password, second factor, where it is signed in. */
export function AccountDrawer({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const me = useMe()
  // Its times are told by the cities' clock.
  const { isPending } = useOffers()
  return (
    <Drawer open title={t('account.title')} size={480} onClose={onClose}>
      {me && !isPending ? (
        <>
          <MyRoles me={me} />
          <MyPassword userName={me.userName} />
          <MyFactor userName={me.userName} factor={me.twoFactor} />
          <MySessions />
        </>
      ) : (
        <Skeleton active className={styles.section} />
      )}
    </Drawer>
  )
}
