import { join } from 'node:path'
import { base32 } from '@better-auth/utils/base32'
import { createOTP } from '@better-auth/utils/otp'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { artifactsDir } from '../setup/artifacts.ts'
import { type Journey, type JourneyOfMany, openJourneys } from '../setup/journey.ts'

let journeys: JourneyOfMany
/** The administrator's. */
let journey: Journey

/** Accounts as they are opened on the way, and what they choose as their own passwords. */
const people = {
  security: { userName: 'anquan-1', name: '安全管理一号席', own: 'Ximen-Qiuyu-7421' },
  audit: { userName: 'shenji-1', name: '审计管理一号席', own: 'Luohe-Chunfeng-3358' },
  squad: { userName: 'zhongdui-3', name: '三中队值班台', own: 'Hengjiang-Wanzhao-9016' },
} as const
type Who = keyof typeof people
const given: Partial<Record<Who, string>> = {}

beforeAll(async () => {
  journeys = await openJourneys()
  journey = await journeys.as('admin')
})

afterAll(() => journeys?.close())

const keep = (page: Page, name: string) => page.screenshot({ path: join(artifactsDir, `admin-${name}.png`) })

/** A page of somebody nobody knows yet, in a browser profile of its own. */
async function strangerPage(): Promise<Page> {
  const stranger = await journeys.as(null)
  return stranger.context.newPage()
}

async function signIn(page: Page, userName: string, password: string): Promise<void> {
  await page.locator('#username').fill(userName)
  await page.locator('#password').fill(password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
}

/** First sign-in: what was given must be replaced by a password of one's own. */
async function firstSignIn(who: Who): Promise<Page> {
  const { userName, own } = people[who]
  const page = await strangerPage()
  await page.goto(journey.url)
  await signIn(page, userName, given[who] ?? '')
  await page.getByRole('heading', { name: '请先设置自己的密码' }).waitFor()
  await page.locator('#current-password').fill(given[who] ?? '')
  await page.locator('#new-password').fill(own)
  await page.locator('#repeated-password').fill(own)
  await page.getByRole('button', { name: '保存新密码' }).click()
  await page.getByTestId('account').waitFor()
  return page
}

/** Opens the roles of somebody, adds one grant, looks at the review and saves. */
async function grant(page: Page, who: Who, role: string, place?: string): Promise<void> {
  const { name } = people[who]
  await page.getByRole('button', { name: `更改${name}的角色与辖区` }).click()
  await page.getByRole('button', { name: '再授一项' }).click()
  const line = page.getByTestId('grant').last()
  await line.getByRole('combobox', { name: '角色' }).click()
  await page.locator(`.ant-select-item-option[title="${role}"]`).click()
  if (place) {
    await line.getByRole('combobox', { name: /选择辖区/ }).fill(place)
    await page.locator(`.ant-select-tree-node-content-wrapper[title^="${place}"]`).click()
  }
  await page.getByRole('button', { name: '核对更改' }).click()
  const review = page.getByTestId('grant-review')
  await review.getByText('新增').waitFor()
  expect(await review.innerText()).toContain(role)
  if (place) expect(await review.innerText()).toContain(place)
  await page.getByRole('button', { name: '保存', exact: true }).click()
  await page.getByText(`${name}的角色与辖区已保存。`).waitFor()
  await review.waitFor({ state: 'detached' })
}

/** What an authenticator shows for a secret as it is typed. */
function digitsOf(secret: string): Promise<string> {
  return createOTP(new TextDecoder().decode(base32.decode(secret.replaceAll(' ', '')))).totp()
}

const figure = async (page: Page) => {
  const text = await page.getByTestId('counts').getByTestId('figure').innerText()
  return Number(text.replaceAll(',', ''))
}

let admin: Page
let squadPage: Page
/** Number of the third squad's area. */
let squadId = 0

describe('from a new account to what the audit tells of it', () => {
  test('the administration offers only the pages this account has rights for, and says whose the others are', async () => {
    admin = await journey.context.newPage()
    await admin.goto(`${journey.url}/admin`)
    await admin.getByRole('heading', { name: '账户', exact: true }).waitFor()
    expect(new URL(admin.url()).pathname).toBe('/admin/people')
    const nav = admin.getByRole('navigation', { name: '管理' })
    expect(await nav.getByRole('link').allInnerTexts()).toEqual([
      '账户',
      '角色与辖区',
      '登录',
      '实时来源',
      '系统与数据',
    ])
    await admin.goto(`${journey.url}/admin/audit`)
    await admin.getByText('这个账户不能打开这一页。').waitFor()
    await admin.getByText('审计记录由审计员和审计管理员查阅。').waitFor()
  })

  test('accounts are opened, and each first password is shown once', async () => {
    await admin.goto(`${journey.url}/admin/people`)
    for (const who of ['security', 'audit', 'squad'] as const) {
      const { userName, name } = people[who]
      await admin.getByRole('button', { name: '新建账户' }).click()
      await admin.locator('#new-user-name').fill(userName)
      await admin.locator('#new-name').fill(name)
      await admin.getByRole('dialog').getByRole('button', { name: '新建账户' }).click()
      given[who] = await admin.getByTestId('once').innerText()
      expect(given[who]?.length).toBeGreaterThan(10)
      await admin.getByRole('button', { name: '我已记下，关闭' }).click()
      await admin.getByTestId('people').getByText(name).waitFor()
    }
    expect(new Set(Object.values(given)).size).toBe(3)
    await keep(admin, 'people')
  })

  test('a user name that is taken is refused, and nothing typed is lost', async () => {
    await admin.getByRole('button', { name: '新建账户' }).click()
    await admin.locator('#new-user-name').fill(people.squad.userName)
    await admin.locator('#new-name').fill('另一个岗位')
    await admin.getByRole('dialog').getByRole('button', { name: '新建账户' }).click()
    await admin.getByText('这个用户名已经有人用了').waitFor()
    expect(await admin.locator('#new-name').inputValue()).toBe('另一个岗位')
    await admin.getByRole('dialog').getByRole('button', { name: '取消' }).click()
  })

  test('while there is no security administrator the system administrator appoints the first guards, and then no more', async () => {
    await admin.goto(`${journey.url}/admin/roles`)
    await admin.getByText('还没有安全管理员。').waitFor()
    await grant(admin, 'audit', '审计管理员')
    await grant(admin, 'security', '安全管理员')
    await admin.getByText('还没有安全管理员。').waitFor({ state: 'detached' })
    await expect
      .poll(() => admin.getByRole('button', { name: /^更改.*的角色与辖区$/ }).count(), { timeout: 60_000 })
      .toBe(0)
    await keep(admin, 'guards')
  })

  test('a first sign-in demands a password of one’s own and checks its rules while it is typed', async () => {
    const page = await strangerPage()
    await page.goto(journey.url)
    await signIn(page, people.squad.userName, 'not-this-one')
    await page.getByText('用户名或密码不对。').waitFor()
    await signIn(page, people.squad.userName, given.squad ?? '')
    await page.getByRole('heading', { name: '请先设置自己的密码' }).waitFor()
    const kept = () => page.getByRole('img', { name: '已满足' }).count()
    await page.locator('#current-password').fill(given.squad ?? '')
    await page.locator('#new-password').fill('kurz')
    expect(await kept()).toBe(2)
    expect(await page.getByRole('button', { name: '保存新密码' }).isDisabled()).toBe(true)
    await page.locator('#new-password').fill('Password-2026')
    await page.locator('#repeated-password').fill('Password-2026')
    expect(await kept()).toBe(5)
    await page.getByRole('button', { name: '保存新密码' }).click()
    await page.getByText('这个密码太容易猜到').waitFor()
    await keep(page, 'first-password')
    await page.close()
  })

  test('the security administrator grants a squad after looking at what changes', async () => {
    const page = await firstSignIn('security')
    await expect.poll(() => new URL(page.url()).pathname).toBe('/admin/people')
    await page.goto(`${journey.url}/admin/roles`)
    await grant(page, 'squad', '中队长', '三中队')
    await page.getByTestId('grants').getByText('三中队 · 中队').first().waitFor()
    await keep(page, 'roles')
    await page.close()
  })

  test('the squad leader sees the numbers of that squad and of no other', async () => {
    await admin.goto(`${journey.url}/plan`)
    await admin.getByTestId('squads').getByRole('button', { name: '三中队' }).click()
    await expect.poll(() => new URL(admin.url()).searchParams.get('selected')).toMatch(/^area\.\d+$/)
    squadId = Number(new URL(admin.url()).searchParams.get('selected')?.slice('area.'.length))
    await admin.goto(`${journey.url}/?selected=area.${squadId}`)
    await admin.getByTestId('counts').getByTestId('figure').waitFor()
    const whole = await figure(admin)
    expect(whole).toBeGreaterThan(0)

    squadPage = await firstSignIn('squad')
    await squadPage.goto(`${journey.url}/?selected=area.${squadId}`)
    await squadPage.getByTestId('counts').getByTestId('figure').waitFor()
    expect(await figure(squadPage)).toBe(whole)
    // The whole city is, for this account, that squad.
    await squadPage.goto(journey.url)
    await squadPage.getByTestId('counts').getByTestId('figure').waitFor()
    expect(await figure(squadPage)).toBe(whole)
    await squadPage.goto(`${journey.url}/plan`)
    await squadPage.getByTestId('squads').waitFor()
    expect(await squadPage.getByTestId('squads').getByRole('button').allInnerTexts()).toEqual(['三中队'])
  })

  test('a session that is ended covers its screen, and what was typed is there again afterwards', async () => {
    await squadPage.clock.install()
    await squadPage.goto(journey.url)
    await squadPage.getByTestId('counts').getByTestId('figure').waitFor()
    await squadPage.keyboard.press('/')
    await squadPage.getByTestId('search').fill('还没打完的字')

    await admin.goto(`${journey.url}/admin/sessions?find=${people.squad.userName}`)
    await admin.getByTestId('sessions').getByRole('button', { name: '结束' }).first().waitFor()
    const lines = await admin.getByTestId('sessions').getByRole('button', { name: '结束' }).count()
    if (lines > 1) {
      await admin.getByRole('button', { name: /全部登录$/ }).click()
      await admin.getByRole('dialog').getByRole('button', { name: '全部结束' }).click()
    } else {
      await admin.getByTestId('sessions').getByRole('button', { name: '结束' }).click()
      await admin.getByRole('dialog').getByRole('button', { name: '结束' }).click()
    }
    await admin.getByText('没有符合条件的登录。').waitFor()

    // The page asks every half minute whether its session is still there; its clock goes faster, so that nobody waits.
    await squadPage.clock.fastForward(31_000)
    const cover = squadPage.getByTestId('session-cover')
    await cover.waitFor()
    await cover.getByText('登录已结束。').waitFor()
    await keep(squadPage, 'cover')
    await cover.locator('#password').fill(people.squad.own)
    await cover.getByRole('button', { name: '登录', exact: true }).click()
    await cover.waitFor({ state: 'detached' })
    expect(await squadPage.getByTestId('search').inputValue()).toBe('还没打完的字')
  })

  test('a role may demand a second factor: enrolled with what the screen shows, then asked for at every sign-in', async () => {
    const security = await strangerPage()
    await security.goto(`${journey.url}/admin/rules`)
    await signIn(security, people.security.userName, people.security.own)
    await security.getByRole('combobox', { name: /必须启用第二步验证的角色/ }).click()
    await security.locator('.ant-select-item-option[title="中队长"]').click()
    await security.keyboard.press('Escape')
    await security.getByRole('button', { name: '核对并保存' }).click()
    const asked = security.getByRole('dialog')
    expect(await asked.innerText()).toMatch(/没有角色必须启用 → 中队长/)
    await asked.getByRole('button', { name: '保存' }).click()
    await security.getByText('规则已保存。').waitFor()
    await security.close()

    const page = await strangerPage()
    await page.goto(journey.url)
    await signIn(page, people.squad.userName, people.squad.own)
    await page.getByRole('heading', { name: '请先启用第二步验证' }).waitFor()
    await page.locator('#confirm-password').fill(people.squad.own)
    await page.getByRole('button', { name: '下一步' }).click()
    const secret = await page.getByTestId('factor-secret').innerText()
    expect(await page.getByRole('img', { name: '验证器二维码' }).locator('svg path').count()).toBeGreaterThan(
      0,
    )
    await keep(page, 'factor')
    await page.locator('#code').fill(await digitsOf(secret))
    await page.getByRole('button', { name: '验证并启用' }).click()
    const code = await page.getByTestId('backup-codes').getByRole('listitem').first().innerText()
    await page.getByRole('button', { name: '我已保存好，继续' }).click()
    await page.getByTestId('account').click()
    await page.getByRole('menuitem', { name: '退出登录' }).click()

    await signIn(page, people.squad.userName, people.squad.own)
    await page.getByRole('heading', { name: '第二步验证' }).waitFor()
    await page.getByRole('button', { name: /用备用码/ }).click()
    await page.locator('#backup').fill('not-a-code')
    await page.getByRole('button', { name: '验证', exact: true }).click()
    await page.getByText('验证码不对。').waitFor()
    await page.locator('#backup').fill(code)
    await page.getByRole('button', { name: '验证', exact: true }).click()
    await page.getByTestId('account').waitFor()
    await page.close()
  })

  test('disabling says what follows, holds at once and can be taken back', async () => {
    await admin.goto(`${journey.url}/admin/people`)
    await admin.getByRole('button', { name: `${people.squad.name}的操作` }).click()
    await admin.getByRole('menuitem', { name: '停用…' }).click()
    await admin.getByText('角色、辖区和审计记录都保留').waitFor()
    await admin.getByRole('dialog').getByRole('button', { name: '停用', exact: true }).click()
    await admin.getByText(`“${people.squad.name}”已停用。`).waitFor()
    const row = admin.getByTestId('people').getByRole('row').filter({ hasText: people.squad.userName })
    await row.getByText('已停用').waitFor()
    await admin.getByRole('button', { name: '撤销' }).click()
    await row.getByText('正常').waitFor()
  })

  test('the audit tells of all of it, by whom, and its chain is whole', async () => {
    const page = await firstSignIn('audit')
    await page.goto(`${journey.url}/admin/audit`)
    const table = page.getByTestId('audit')
    await table.getByText('结束登录').first().waitFor()
    const text = await table.innerText()
    for (const word of [
      '新建账户',
      '更改角色与辖区',
      '修改密码',
      '登录被拒',
      '停用账户',
      '启用账户',
      '更改规则',
      '启用第二步验证',
    ]) {
      expect(text, word).toContain(word)
    }
    await page.getByRole('button', { name: '核验整条链' }).click()
    await page
      .getByTestId('audit-status')
      .getByText(/^[\d,]+ 条完好/)
      .waitFor()

    await page.getByRole('button', { name: '保留期限…' }).click()
    const retention = page.getByRole('dialog')
    await retention.locator('#retain-days').fill('200')
    expect(await retention.getByTestId('retain-consequence').innerText()).toMatch(
      /^没有 20\d\d-\d\d-\d\d 之前的记录/,
    )
    await retention.getByRole('button', { name: '保存并删除到期记录' }).click()
    await page.getByText('已保存，删除了 0 条到期记录。').waitFor()
    await page.getByTestId('audit-status').getByText('200').first().waitFor()

    await table.getByRole('row').filter({ hasText: '更改角色与辖区' }).first().click()
    const details = page.getByTestId('audit-details')
    await details.getByText('grants.set').waitFor()
    expect(await details.innerText()).toContain('安全管理员')
    await keep(page, 'audit')
    await page.close()
  })

  test('where people looked is a map: the squad’s ground, and the boxes on that account’s screen', async () => {
    const page = await strangerPage()
    await page.goto(journey.url)
    await signIn(page, people.audit.userName, people.audit.own)
    await page.getByTestId('account').waitFor()
    await page.goto(`${journey.url}/admin/audit?show=map`)
    await expect
      .poll(() => page.getByTestId('looks').innerText(), { timeout: 120_000 })
      .toMatch(/^[1-9]\d* 个区域被查看/)
    await page.getByRole('combobox', { name: '账户' }).click()
    await page.locator(`.ant-select-item-option[title^="${people.squad.userName}"]`).click()
    await expect
      .poll(() => page.getByTestId('look-boxes').locator('rect').count(), { timeout: 120_000 })
      .toBeGreaterThan(0)
    await keep(page, 'looks')
    await page.close()
  })
})

test('nothing of it is red in the console of the one who administers', () => {
  expect(journey.complaints.filter((text) => !text.includes('409'))).toEqual([])
})

test('a page whose server was updated while it was open, so that a file of it is gone, loads again where it is', async () => {
  const page = await (await journeys.as('admin')).context.newPage()
  await page.goto(`${journey.url}/admin/data`)
  const openAccount = async () => {
    await page.getByTestId('account').click()
    await page.getByRole('menuitem', { name: '我的账户…' }).click()
  }
  const gone = '**/assets/AccountDrawer-*.js'
  await page.route(gone, (route) => route.fulfill({ status: 404, body: 'Not found.' }))
  const reloaded = page.waitForEvent('load')
  await openAccount()
  await reloaded
  await page.unroute(gone)
  expect(new URL(page.url()).pathname).toBe('/admin/data')
  await openAccount()
  await page.getByRole('dialog').waitFor()
  await page.close()
})
