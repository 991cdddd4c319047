import { useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { refusalText } from '../admin/refusalText.ts'
import { errorCode } from '../trpc.ts'

/** Seconds in which what was done can be taken back from its toast. */
const undoSeconds = 10

interface Sent<Answer> {
  /** What is done; the server decides, and nothing is shown as done before it has. */
  run: () => Promise<Answer>
  /** Said when it is done. */
  done: string
  /** Takes it back, by what the server answered. */
  undo?: (answer: Answer) => Promise<unknown>
}

const concerned: readonly unknown[] = ['dispatch', 'duties', 'fences', 'alerts']

/** Whether a question is about what was changed: of tRPC's keys, the noun of the procedure. */
function isConcerned(queryKey: readonly unknown[]): boolean {
  const [path] = queryKey
  if (!Array.isArray(path)) return false
  return concerned.includes(path[0]) || (path[0] === 'incidents' && path[1] === 'get')
}

/** Changes by a dispatcher: one at a time; afterwards, and after a refusal too, what they are about is asked anew. */
export function useSend() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const queryClient = useQueryClient()
  const [busy, setBusy] = useState(false)

  const refresh = useCallback(
    () => queryClient.invalidateQueries({ predicate: ({ queryKey }) => isConcerned(queryKey) }),
    [queryClient],
  )
  const send = useCallback(
    async <Answer,>({ run, done, undo }: Sent<Answer>): Promise<boolean> => {
      setBusy(true)
      let answer: Answer
      try {
        answer = await run()
      } catch (error) {
        const words = errorCode(error) === 'CONFLICT' ? t('dispatch.conflict') : refusalText(error, t)
        message.error(words, undoSeconds)
        return false
      } finally {
        setBusy(false)
        void refresh()
      }
      const key = `${done} ${Date.now()}`
      const takeBack = undo && (() => undo(answer))
      message.open({
        key,
        type: 'success',
        duration: takeBack ? undoSeconds : 3,
        content: takeBack ? (
          <>
            {done}{' '}
            <Button
              type="link"
              size="small"
              onClick={async () => {
                message.destroy(key)
                try {
                  await takeBack()
                } catch (error) {
                  const words =
                    errorCode(error) === 'CONFLICT' ? t('dispatch.conflict') : refusalText(error, t)
                  message.error(words, undoSeconds)
                } finally {
                  void refresh()
                }
              }}
            >
              {t('dispatch.undo')}
            </Button>
          </>
        ) : (
          done
        ),
      })
      return true
    },
    [message, refresh, t],
  )
  return { send, busy }
}

export type Send = ReturnType<typeof useSend>['send']
