import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CLIENT_ID, CLIENT_SECRET, openTestProvider, type TestProvider } from '../api/oidcProvider.ts'
import { artifactsDir } from '../setup/artifacts.ts'
import { type JourneyOfMany, openJourneys } from '../setup/journey.ts'
import { freePort } from '../setup/postgresServer.ts'

let provider: TestProvider
let journeys: JourneyOfMany

beforeAll(async () => {
  const port = String(await freePort())
  const publicUrl = `http://127.0.0.1:${port}`
  provider = await openTestProvider(`${publicUrl}/api/auth/callback/oidc`, { host: 'localhost' })
  journeys = await openJourneys({
    demo: true,
    env: {
      PORT: port,
      PUBLIC_URL: publicUrl,
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: CLIENT_ID,
      OIDC_CLIENT_SECRET: CLIENT_SECRET,
      OIDC_NAME: 'Yunnan ID',
    },
  })
})

afterAll(async () => {
  await journeys?.close()
  await provider?.close()
})

const inChinese = { button: '用Yunnan ID登录', field: '用户名', signOut: '退出登录', rules: '规则' }
const inEnglish = {
  button: 'Sign in with Yunnan ID',
  field: 'User name',
  signOut: 'Sign out',
  rules: 'Rules',
}

/** A page of a browser that knows nobody, at an address that asks to sign in first. */
async function openPage(address: string): Promise<Page> {
  const { context, url } = await journeys.as(null)
  const page = await context.newPage()
  await page.goto(`${url}${address}`)
  return page
}

const addressOf = (page: Page) => page.url().slice(journeys.server.url.length)

describe.each([
  ['zh', inChinese],
  ['en', inEnglish],
] as const)('in Chromium, in %s, by a provider on another site', (language, words) => {
  // A page that draws no map, for an account that sees none.
  const view = `/admin/rules?language=${language}&theme=dark`
  const button = (page: Page) => page.getByRole('button', { name: words.button })

  /** Who presses the button and is not let in reads why, and finds the form as it was. */
  async function readsWhy(page: Page): Promise<string> {
    await button(page).click()
    const why = await page.getByRole('alert').filter({ hasText: /\S/ }).innerText()
    await page.getByLabel(words.field).waitFor()
    await button(page).waitFor()
    return why
  }

  test('somebody known here comes back to the page they were on, and leaves it', async () => {
    provider.subject = { sub: 'security', claims: { preferred_username: 'demo-securityadmin' } }
    const page = await openPage(view)
    await button(page).click()
    await page.getByRole('heading', { name: words.rules, exact: true }).waitFor()
    expect(addressOf(page)).toBe(view)
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
    await page.getByTestId('account').click()
    await page.getByText('demo-securityadmin').waitFor()
    await page.getByRole('menuitem', { name: words.signOut }).click()
    await button(page).waitFor()
    await page.reload()
    await button(page).waitFor()
    await page.context().close()
  })

  test('somebody unknown here, disabled or refused there reads why and whom to ask', async () => {
    provider.subject = { sub: 'nobody', claims: { preferred_username: 'nobody-here' } }
    const unknown = await openPage(view)
    expect(await readsWhy(unknown)).toMatch(
      /^Yunnan ID(已通过，但这里没有对应的账户| knows you, but there is no account)/,
    )
    await unknown.screenshot({ path: join(artifactsDir, `provider-unknown-${language}.png`) })
    await unknown.context().close()

    provider.refuses = true
    const refused = await openPage(view)
    expect(await readsWhy(refused)).toMatch(/取消或被拒绝|cancelled or were refused at Yunnan ID/)
    provider.refuses = false
    // What a link says is not repeated here as if we had said it.
    await refused.goto(`${journeys.server.url}${view}&error=call+0870+123`)
    expect(await refused.getByRole('alert').filter({ hasText: /\S/ }).innerText()).not.toContain('0870')
    await refused.context().close()
  })
})

test('while the provider is away the page says so at once, and a password still opens', async () => {
  await provider.close()
  const page = await openPage('/admin/audit?language=en')
  await page.getByRole('button', { name: inEnglish.button }).click()
  await page.getByText('The identity provider does not answer.').waitFor()
  await page.screenshot({ path: join(artifactsDir, 'provider-away.png') })
  await page.getByLabel('User name').fill('demo-auditadmin')
  await page.locator('#password').fill(journeys.server.people.get('demo-auditadmin') ?? '')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByTestId('account').waitFor()
  expect(addressOf(page)).toContain('/admin/audit?')
})
