import { Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import styles from './keysHelp.module.css'

const gestures = ['click', 'doubleClick', 'rightClick', 'scroll'] as const
const keys = ['search', 'escape', 'fit', 'layers', 'theme', 'arrows', 'zoom', 'help'] as const

export function KeysHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const line = (name: (typeof gestures)[number] | (typeof keys)[number]) => {
    const [left, right] = t(`keys.${name}`).split(/[：:]\s?/)
    return (
      <tr key={name}>
        <th scope="row">{left}</th>
        <td>{right}</td>
      </tr>
    )
  }
  return (
    <Modal open title={t('keys.title')} footer={null} onCancel={onClose} width={440}>
      <table className={styles.table}>
        <tbody>
          {gestures.map(line)}
          {keys.map(line)}
          {(
            [
              'live.key',
              'live.listKey',
              'dispatch.key',
              'dispatch.sendKey',
              'dispatch.undoKey',
              'dispatch.followKey',
              'analysis.key',
              'hotspot.key',
              'analysis.undoKey',
              'play.keyLine',
              'replay.key',
              'replay.keys',
              'compare.keyLine',
            ] as const
          ).map((name) => {
            const [left, right] = t(name).split(/[：:]\s?/)
            return (
              <tr key={name}>
                <th scope="row">{left}</th>
                <td>{right}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </Modal>
  )
}
