import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type PersonalMark, scrub } from '../../geodata/scrub.ts'

/** The check character of GB 11643-1999. */
function withCheck(seventeen: string): string {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const sum = weights.reduce((total, weight, index) => total + weight * Number(seventeen[index]), 0)
  return seventeen + '10X98765432'[sum % 11]
}

const id = withCheck('53068119900307293')

describe('what leads to one person is taken out', () => {
  test.each<[string, PersonalMark[]]>([
    [`当事人身份证${id}，住址略`, ['idNumber']],
    [`ID ${id.slice(0, 6)} ${id.slice(6, 14)} ${id.slice(14)}`, ['idNumber']],
    ['老身份证 530681900307293', ['idNumber']],
    ['身份证５３０６８１１９９００３０７２９３Ｘ', ['idNumber']],
    ['联系13812345678转告', ['phone']],
    ['电话：138-1234-5678 或 +86 139 8765 4321', ['phone', 'phone']],
    ['座机 0870-8631234，(0870) 8631234', ['phone', 'phone']],
    ['一辆云C·12345与川A12345D相撞', ['plate', 'plate']],
    ['教练车 云C1234学', ['plate']],
    ['mail a.b@example.com now', ['email']],
  ])('%s', (text, marks) => {
    const { text: clean, found } = scrub(text)
    expect(found).toEqual(marks)
    expect(scrub(clean)).toEqual({ text: clean, found: [] })
    expect(clean.normalize('NFKC')).not.toMatch(/\d{7}|@/)
  })

  test('the words around stay as they were', () => {
    expect(scrub(`请找${id}，电13812345678。`).text).toBe('请找〔证件号已删除〕，电〔电话已删除〕。')
  })

  test('a check character that is wrong does not hide a number', () => {
    const wrong = id.slice(0, 17) + (id.endsWith('1') ? '2' : '1')
    expect(scrub(wrong).found).toEqual(['idNumber'])
  })

  test('in any text around it, in any position', () => {
    const around = fc.string({ unit: fc.constantFrom('网', '格', ' ', '，', '(', '：', '\n') })
    const number = fc.constantFrom(id, '13912345678', '云A12345', '0870-8631234')
    fc.assert(
      fc.property(around, number, around, (before, secret, after) => {
        const { text, found } = scrub(before + secret + after)
        expect(found).toHaveLength(1)
        expect(text.startsWith(before)).toBe(true)
        expect(text.endsWith(after)).toBe(true)
        expect(text).not.toContain(secret)
      }),
    )
  })
})

describe('what leads to nobody stays', () => {
  test.each([
    '云富街道第12网格',
    '2026-11-22 06:32:00',
    '2026年11月22日',
    '104.4158, 28.6297',
    '53068100001310000001',
    '530681001001001',
    '530681110101001',
    '530681001001001002',
    'INCIDENT-2026112212345678',
    '扣押3件、罚款20000元',
    '110、119、12345 热线',
    '8631234',
    '云A区',
    'GB/T 28181-2022',
    '',
  ])('%s', (text) => expect(scrub(text)).toEqual({ text, found: [] }))
})
