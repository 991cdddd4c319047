import { Alert, Button, Input, Modal } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ActionButton } from '../dispatch/ActionButton.tsx'
import styles from './drill.module.css'
import type { Drilling } from './useDrill.ts'

/** As it may be imported again. */
export function scenarioText(scenario: object): string {
  return JSON.stringify(scenario, null, 2)
}

interface ScenarioEditorProps {
  drilling: Drilling
  text: string
  onClose: () => void
}

/** A scenario as JSON: pasted, chosen or changed here; the server says all that is wrong with it, or keeps it. */
export function ScenarioEditor({ drilling, text: first, onClose }: ScenarioEditorProps) {
  const { t } = useTranslation()
  const [text, setText] = useState(first)
  const [faults, setFaults] = useState<string[]>([])
  const picker = useRef<HTMLInputElement>(null)
  const [fileName, setFileName] = useState('')
  const { isPending, mutateAsync } = drilling.bring
  const take = async (input: HTMLInputElement) => {
    const file = input.files?.[0]
    if (!file) return
    setText(await file.text())
    setFileName(file.name)
    setFaults([])
    // The same file, mended, may be chosen again.
    input.value = ''
  }
  const save = async () => {
    let scenario: unknown
    try {
      scenario = JSON.parse(text)
    } catch (error) {
      // Engines give reasons in English only; where they name the place, the page does too.
      const place = /line (\d+) column (\d+)/.exec(String(error))
      setFaults([
        place ? t('drill.import.noJsonAt', { line: place[1], column: place[2] }) : t('drill.import.noJson'),
      ])
      return
    }
    try {
      await mutateAsync(scenario)
      onClose()
    } catch (error) {
      setFaults((error instanceof Error ? error.message : String(error)).split('\n'))
    }
  }
  const download = () => {
    const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
    const link = document.createElement('a')
    link.href = url
    link.download = 'gridwall_drill.json'
    link.click()
    URL.revokeObjectURL(url)
  }
  return (
    <Modal
      open
      width={760}
      title={t('drill.import.title')}
      onCancel={onClose}
      footer={[
        <Button
          key="download"
          disabled={text.trim() === ''}
          title={text.trim() === '' ? t('drill.import.whyEmpty') : undefined}
          onClick={download}
        >
          {t('drill.import.download')}
        </Button>,
        <ActionButton
          key="save"
          type="primary"
          data-testid="drill-import-save"
          why={isPending ? t('drill.import.whyBusy') : text.trim() === '' ? t('drill.import.whyEmpty') : null}
          onClick={() => void save()}
        >
          {t('drill.import.save')}
        </ActionButton>,
      ]}
    >
      <p className={styles.soft}>{t('drill.import.hint')}</p>
      <p>
        <input
          ref={picker}
          type="file"
          hidden
          accept="application/json,.json"
          aria-label={t('drill.import.file')}
          data-testid="drill-import-file"
          onChange={(event) => void take(event.target)}
        />
        {/* The browser's own button speaks the browser's language, not the page's. */}
        <Button onClick={() => picker.current?.click()}>{t('drill.import.file')}</Button>
        {fileName && <span className={styles.soft}> {fileName}</span>}
      </p>
      {faults.length > 0 && (
        <Alert
          type="error"
          data-testid="drill-import-faults"
          title={t('drill.import.faults', { count: faults.length })}
          description={
            <ul className={styles.faults}>
              {faults.map((fault) => (
                <li key={fault}>{fault}</li>
              ))}
            </ul>
          }
        />
      )}
      <Input.TextArea
        className={styles.scenarioText}
        aria-label={t('drill.import.title')}
        value={text}
        spellCheck={false}
        rows={18}
        onChange={(event) => {
          setText(event.target.value)
          setFaults([])
        }}
        data-testid="drill-import-text"
      />
    </Modal>
  )
}
