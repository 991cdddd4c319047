import { Button, type ButtonProps } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

interface CopyButtonProps {
  text: string
  size?: ButtonProps['size']
}

const saidMs = 2000

/** Copies a text and says so, or that the browser would not. */
export function CopyButton({ text, size = 'large' }: CopyButtonProps) {
  const { t } = useTranslation()
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle')
  useEffect(() => {
    if (state === 'idle') return
    const timer = setTimeout(() => setState('idle'), saidMs)
    return () => clearTimeout(timer)
  }, [state])
  const copy = () =>
    // Without https a browser has no clipboard: then the text is there to be selected.
    (navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'))).then(
      () => setState('copied'),
      () => setState('refused'),
    )
  return (
    <Button size={size} onClick={() => void copy()}>
      {t(
        state === 'copied'
          ? 'account.factor.copied'
          : state === 'refused'
            ? 'account.factor.copyRefused'
            : 'account.factor.copy',
      )}
    </Button>
  )
}
