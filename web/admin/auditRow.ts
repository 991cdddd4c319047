import { isPurpose } from '../../api/roles.ts'
import type { Translate } from '../i18n/translate.ts'
import type { Outputs } from '../trpc.ts'
import { isKnownAction } from './auditActions.ts'

export type AuditRow = Outputs['audit']['list']['rows'][number]

/** What was done, in words; an action the page does not know keeps its code. */
export function actionText(action: string, t: Translate): string {
  return isKnownAction(action) ? t(`admin.audit.does.${action}`) : action
}

/** A purpose in words; nothing where none was demanded. */
export function purposeText(purpose: string | null, t: Translate): string {
  if (purpose === null) return ''
  return isPurpose(purpose) ? t(`role.purpose.${purpose}`) : purpose
}
