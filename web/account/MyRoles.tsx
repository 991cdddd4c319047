import { useTranslation } from 'react-i18next'
import { areaIndexOf } from '../../geodata/areaBundle.ts'
import { useAreas } from '../hooks/useAreas.ts'
import { useCities } from '../hooks/useCity.ts'
import type { Me } from '../hooks/useSession.ts'
import { useLanguage } from '../hooks/useView.ts'
import { nameOf } from '../state/areaTree.ts'
import styles from './account.module.css'

/** What one's roles allow and do not, in words, and where. */
export function MyRoles({ me }: { me: Me }) {
  const { t } = useTranslation()
  return (
    <section className={styles.section}>
      <h3>
        {me.name} {me.name !== me.userName && <span className={styles.soft}>{me.userName}</span>}
      </h3>
      {me.roles.length === 0 && <p className={styles.soft}>{t('account.noRoles')}</p>}
      {me.roles.map((role) => (
        <div key={role} className={styles.role}>
          <b>{t(`role.name.${role}`)}</b>
          <p>{t(`role.may.${role}`)}</p>
          <p className={styles.soft}>{t(`role.mayNot.${role}`)}</p>
        </div>
      ))}
      {me.cities.length > 0 && <MyPlaces me={me} />}
    </section>
  )
}

function MyPlaces({ me }: { me: Me }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const cities = useCities().data
  const areas = useAreas().data
  const known = (areaId: number) => {
    const index = areas ? areaIndexOf(areas, areaId) : -1
    return areas && index >= 0 ? nameOf(areas, index, language) : null
  }
  return (
    <div className={styles.role}>
      <b>{t('account.places')}</b>
      <ul>
        {me.cities.map(({ code, whole, areaIds }) => {
          const city = cities?.find((each) => each.code === code)?.name[language] ?? code
          const names = areaIds.map(known).filter((name) => name !== null)
          return (
            <li key={code}>
              {whole
                ? t('account.wholeCity', { city })
                : names.length === areaIds.length
                  ? names.join(t('account.listComma'))
                  : t('account.someAreas', { city, count: areaIds.length })}
            </li>
          )
        })}
      </ul>
    </div>
  )
}
