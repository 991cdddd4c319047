import { describe, expect, test } from 'vitest'
import { kinds as demoKinds } from '../../../geodata/kinds.ts'
import {
  asksDisputes,
  asksTypes,
  groupsOf,
  kindCodes,
  knownTokens,
  membersOf,
  toggleToken,
  topKinds,
} from '../../../web/state/kindFilter.ts'

const kinds = demoKinds.map(({ code, parentCode, group, name, dispute, sensitive }) => ({
  code,
  parentCode,
  group,
  name,
  dispute,
  sensitive,
}))
const plainGroups = groupsOf(kinds).filter((group) => group !== 'dispute')

describe('the kinds filter', () => {
  test('nothing chosen asks for everything but disputes', () => {
    expect(kindCodes(kinds, undefined)).toBeUndefined()
    expect(asksDisputes(kinds, undefined)).toBe(false)
  })

  test('a group stands for its top kinds, whose sub-kinds the server adds', () => {
    const codes = kindCodes(kinds, ['traffic'])
    expect(codes).toEqual(topKinds(kinds, 'traffic').map((kind) => kind.code))
    expect(codes?.length).toBeGreaterThan(0)
  })

  test('kinds of another city are left out; when none is left there is no filter', () => {
    expect(kindCodes(kinds, ['LARCENY/THEFT'])).toBeUndefined()
    expect(kindCodes(kinds, ['LARCENY/THEFT', 'fire'])).toEqual(kindCodes(kinds, ['fire']))
    expect(knownTokens(kinds, ['LARCENY/THEFT'])).toBeUndefined()
    expect(knownTokens(kinds, ['LARCENY/THEFT', 'fire'])).toEqual(['fire'])
  })

  test('disputes are never asked for together with other kinds', () => {
    const codes = kindCodes(kinds, ['dispute', 'traffic'])
    expect(asksDisputes(kinds, codes)).toBe(false)
    expect(asksDisputes(kinds, kindCodes(kinds, ['dispute']))).toBe(true)
  })

  test('some types of disputes are told apart from all in one count', () => {
    expect(asksTypes(kinds, kindCodes(kinds, ['dispute']))).toBe(false)
    expect(asksTypes(kinds, kindCodes(kinds, ['D08', 'D01']))).toBe(true)
    expect(asksTypes(kinds, kindCodes(kinds, ['traffic']))).toBe(false)
  })

  test('clearing one group keeps all others, ticking it again is no filter', () => {
    const without = toggleToken(kinds, undefined, 'traffic')
    expect(without).toEqual(plainGroups.filter((group) => group !== 'traffic'))
    expect(toggleToken(kinds, without, 'traffic')).toBeUndefined()
  })

  test('every sequence of ticks on one kind after the other comes back to no filter', () => {
    const group = plainGroups.find((each) => membersOf(kinds, each).length > 1) ?? ''
    const codes = membersOf(kinds, group).map((kind) => kind.code)
    let tokens: readonly string[] | undefined
    for (const code of codes) tokens = toggleToken(kinds, tokens, group, code)
    expect(tokens).toEqual(plainGroups.filter((each) => each !== group))
    for (const code of codes) tokens = toggleToken(kinds, tokens, group, code)
    expect(tokens).toBeUndefined()
  })
})
