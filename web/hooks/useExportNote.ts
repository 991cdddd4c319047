import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Leave } from '../state/access.ts'
import { askPurpose } from '../state/purpose.ts'
import { formatInstant } from '../state/zonedTime.ts'
import { client, type Inputs } from '../trpc.ts'
import { useAccess } from './useAccess.ts'
import { useCity } from './useCity.ts'
import { useMe } from './useSession.ts'
import { useLanguage } from './useView.ts'

type Note = Omit<Inputs['exports']['note'], 'city'>

/** What stands in every file: its number in the audit, who took it, when. Name and words, in the order of reading. */
export type ExportLines = readonly (readonly [name: string, words: string])[]

/** Whether files may leave the system here, and the note that comes before each. */
export function useExportNote() {
  const { t } = useTranslation()
  const language = useLanguage()
  const { code, data: city } = useCity()
  const userName = useMe()?.userName ?? ''
  const leave: Leave = useAccess().leave('export')
  const timeZone = city?.timeZone ?? 'Asia/Shanghai'
  const { mutateAsync } = useMutation({
    mutationFn: (note: Note) => client.exports.note.mutate({ city: code ?? '', ...note }),
  })
  const linesOf = (number: string, by: string, at: number): ExportLines => [
    [t('access.export.number'), number],
    [t('access.export.by'), by],
    [t('access.export.at'), formatInstant(at, timeZone, language)],
  ]
  return {
    leave,
    /** Why no file may be made now; null where one may. */
    refusal:
      leave === 'denied' ? t('access.denied.export') : leave === 'purpose' ? t('access.purpose.point') : null,
    askPurpose: () => askPurpose(['export']),
    /** Must be answered before the file is made. @throws when it is refused or nobody answers: then there is no file. */
    async note(about: Note): Promise<ExportLines> {
      const { number, userName: by, at } = await mutateAsync(about)
      return linesOf(String(number), by, Date.parse(at))
    },
    /** For paper from the browser's own menu, which does not wait for an answer. */
    unnumbered: (): ExportLines => linesOf(t('access.export.unnumbered'), userName, Date.now()),
  }
}
