import { expect, test } from 'vitest'
import { PURPOSE_DEMANDED, RIGHTS_OF, ROLES } from '../../../api/access.ts'
import { PURPOSE_RIGHTS, RIGHTS_BY_ROLE, ROLES as SHOWN } from '../../../web/admin/roleRights.ts'

test('the table of roles on screen is the one that decides', () => {
  expect(SHOWN).toEqual(ROLES)
  expect(RIGHTS_BY_ROLE).toEqual(RIGHTS_OF)
  expect(PURPOSE_RIGHTS).toEqual(PURPOSE_DEMANDED)
})
