import { SoundOutlined } from '@ant-design/icons'
import { Button, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import styles from './live.module.css'
import { type SoundFrom, soundFrom, turnSounds, useSounds } from './sounds.ts'

/** Sounds on or off, in the head of the feed. */
export function SoundButton() {
  const { t } = useTranslation()
  const on = useSounds((sounds) => sounds.on)
  const words = t(on ? 'live.sound.off' : 'live.sound.on')
  return (
    <Button
      type="text"
      className={styles.tool}
      aria-pressed={on}
      aria-label={words}
      title={words}
      onClick={() => turnSounds(!on)}
      data-testid="sound"
    >
      <SoundOutlined style={{ opacity: on ? 1 : 0.45 }} />
    </Button>
  )
}

/** Which levels sound, once they do. */
export function SoundLevels() {
  const { t } = useTranslation()
  const { on, from } = useSounds()
  if (!on) return null
  return (
    <div className={styles.sounds}>
      <span className={styles.soft}>{t('live.sound.level')}</span>
      <Select<SoundFrom>
        size="small"
        aria-label={t('live.sound.level')}
        value={from}
        options={[
          { value: 4, label: t('live.sound.all') },
          { value: 2, label: t('live.sound.grave') },
          { value: 1, label: t('live.sound.gravest') },
        ]}
        onChange={soundFrom}
        popupMatchSelectWidth={false}
      />
    </div>
  )
}
