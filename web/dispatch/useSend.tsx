import { useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useCallback, useEffect, useEffectEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { refusalText } from '../admin/refusalText.ts'

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
  const refused = useCallback(
    (error: unknown) => message.error(refusalText(error, t, t('dispatch.conflict')), undoSeconds),
    [message, t],
  )
  const send = useCallback(
    async <Answer,>({ run, done, undo }: Sent<Answer>): Promise<boolean> => {
      setBusy(true)
      let answer: Answer
      try {
        answer = await run()
      } catch (error) {
        refused(error)
        return false
      } finally {
        setBusy(false)
        void refresh()
      }
      const key = `${done} ${Date.now()}`
      if (!undo) {
        message.open({ key, type: 'success', duration: 3, content: done })
        return true
      }
      let taken = false
      const takeBack = async () => {
        // The toast is there for a moment after it was pressed.
        if (taken) return
        taken = true
        message.destroy(key)
        try {
          await undo(answer)
        } catch (error) {
          refused(error)
        } finally {
          void refresh()
        }
      }
      message.open({
        key,
        type: 'success',
        duration: undoSeconds,
        content: <Undoable done={done} onUndo={takeBack} />,
      })
      return true
    },
    [message, refresh, refused],
  )
  return { send, busy }
}

/** Toasts that can be taken back, the newest last: the key means that one. */
const undoable: object[] = []

/** What was done, with a button and Ctrl+Z to take it back; while it is shown no filter is undone by that key. */
function Undoable({ done, onUndo }: { done: string; onUndo: () => void }) {
  const { t } = useTranslation()
  const undo = useEffectEvent(onUndo)
  useEffect(() => {
    const own = {}
    const press = (event: KeyboardEvent) => {
      if (!isUndo(event) || undoable.at(-1) !== own) return
      event.preventDefault()
      event.stopImmediatePropagation()
      undo()
    }
    undoable.push(own)
    window.addEventListener('keydown', press, { capture: true })
    return () => {
      undoable.splice(undoable.indexOf(own), 1)
      window.removeEventListener('keydown', press, { capture: true })
    }
  }, [])
  return (
    <>
      {done}{' '}
      <Button type="link" size="small" onClick={onUndo} title={t('dispatch.undoKey')}>
        {t('dispatch.undo')}
      </Button>
    </>
  )
}

/** Ctrl+Z or ⌘Z, where no text is being typed: that keeps its own undo. */
function isUndo({ key, ctrlKey, metaKey, altKey, shiftKey, target }: KeyboardEvent): boolean {
  const typing = target instanceof HTMLElement && target.matches('input, textarea, [contenteditable]')
  return key.toLowerCase() === 'z' && (ctrlKey || metaKey) && !altKey && !shiftKey && !typing
}

export type Send = ReturnType<typeof useSend>['send']
