import { useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { type ReactNode, useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { refusalText } from './refusalText.ts'

/** Seconds in which a change can be taken back from its toast. */
const undoSeconds = 8

interface Act {
  /** What is done; the server decides. */
  run: () => Promise<unknown>
  /** Said when it is done. */
  done: string
  /** Takes it back. */
  undo?: () => Promise<unknown>
}

interface Asked extends Act {
  title: string
  /** What follows from it. */
  consequence: ReactNode
  ok: string
  danger?: boolean
}

/** Changes of the administration: after each the pages ask the server anew, and a toast says what became of it. */
export function useActs(): { act: (act: Act) => Promise<boolean>; ask: (asked: Asked) => void } {
  const { t } = useTranslation()
  const { message, modal } = App.useApp()
  const queryClient = useQueryClient()

  const act = useCallback(
    async ({ run, done, undo }: Act): Promise<boolean> => {
      try {
        await run()
      } catch (error) {
        message.error(refusalText(error, t, t('admin.refused.lastAdmin')), undoSeconds)
        return false
      } finally {
        void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'areaBundle' })
      }
      const key = `${done} ${Date.now()}`
      message.open({
        key,
        type: 'success',
        duration: undo ? undoSeconds : 3,
        content: undo ? (
          <>
            {done}{' '}
            <Button
              type="link"
              size="small"
              onClick={() => {
                message.destroy(key)
                void act({ run: undo, done: t('admin.undone') })
              }}
            >
              {t('admin.undo')}
            </Button>
          </>
        ) : (
          done
        ),
      })
      return true
    },
    [message, queryClient, t],
  )

  const ask = useCallback(
    ({ title, consequence, ok, danger = false, ...rest }: Asked) => {
      modal.confirm({
        title,
        content: consequence,
        okText: ok,
        okButtonProps: { danger },
        cancelText: t('account.cancel'),
        focusable: { autoFocusButton: 'cancel' },
        onOk: () => act(rest),
      })
    },
    [modal, act, t],
  )
  return { act, ask }
}
