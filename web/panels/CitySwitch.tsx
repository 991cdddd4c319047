import { Dropdown } from 'antd'
import { useTranslation } from 'react-i18next'
import { useCities, useCity } from '../hooks/useCity.ts'
import { useChangeView, useLanguage } from '../hooks/useView.ts'
import styles from './breadcrumb.module.css'

/** Only where there is more than one city. */
export function CitySwitch() {
  const { t } = useTranslation()
  const language = useLanguage()
  const cities = useCities().data
  const { code } = useCity()
  const changeView = useChangeView()
  if (!cities || cities.length < 2) return null
  // Another city is another place: what names areas, kinds, times or positions of this one goes.
  const go = (city: string) =>
    changeView({
      city,
      lng: undefined,
      lat: undefined,
      zoom: undefined,
      selection: undefined,
      kinds: undefined,
      level: undefined,
      hierarchy: undefined,
      version: undefined,
      window: undefined,
    })
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        selectable: true,
        selectedKeys: code ? [code] : [],
        items: cities.map((city) => ({ key: city.code, label: city.name[language] })),
        onClick: ({ key }) => go(key),
      }}
    >
      <button type="button" className={styles.switch} aria-label={t('bar.city')} title={t('bar.city')}>
        ▾
      </button>
    </Dropdown>
  )
}
