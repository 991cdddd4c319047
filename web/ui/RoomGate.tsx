import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Right } from '../../api/roles.ts'
import { useAccess } from '../hooks/useAccess.ts'
import { useCities } from '../hooks/useCity.ts'
import { useMe } from '../hooks/useSession.ts'
import { useLanguage } from '../hooks/useView.ts'
import { EmptyState } from './EmptyState.tsx'
import { listText } from './listText.ts'
import { RoomBar } from './RoomBar.tsx'

interface RoomGateProps {
  /** Name of the room, where somebody stands before a closed door. */
  name: string
  /** Any of these opens it. */
  rights: readonly Right[]
  children: ReactNode
}

/** A room for whoever may use it; others read what is missing and whom to ask. */
export function RoomGate({ name, rights, children }: RoomGateProps) {
  const { t } = useTranslation()
  const access = useAccess()
  const me = useMe()
  const language = useLanguage()
  const words = (all: readonly string[]) => listText(all, language)
  const cities = useCities()
  // Without any city there is nothing to be refused: the room says what to do.
  if (cities.data && cities.data.length > 0 && !access.can(...rights)) {
    return (
      <main>
        <RoomBar where={name} />
        <EmptyState screen>
          <b>{t('access.denied.room')}</b>
          <br />
          {t('access.denied.roomText', {
            roles: words(me?.roles.map((role) => t(`role.name.${role}`)) ?? []),
            rights: words(rights.map((right) => t(`role.right.${right}`))),
          })}
        </EmptyState>
      </main>
    )
  }
  return children
}
