/** Kinds of roles among those of api/roles.ts, for choices on screen; the server decides. */
import type { Role } from '../../api/roles.ts'

/** A person holds at most one of these: none can do another's part. */
export const APART: readonly Role[] = ['systemAdmin', 'securityAdmin', 'auditAdmin', 'auditor']

/** Roles of the installation, not of a place. */
export const PLACELESS: readonly Role[] = ['systemAdmin', 'securityAdmin', 'auditAdmin']

/** While nobody is security administrator yet: what a system administrator may give. */
export const FIRST: readonly Role[] = ['securityAdmin', 'auditAdmin']
