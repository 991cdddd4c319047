import { describe, expect, test } from 'vitest'
import { readEnvironment } from '../../scripts/environment.ts'

const OIDC = {
  OIDC_ISSUER: 'https://id.example.org/realms/grid',
  OIDC_CLIENT_ID: 'gridwall',
  OIDC_CLIENT_SECRET: 'secret',
}

describe('the other way in', () => {
  test('is there when issuer, client and secret are', () => {
    expect(readEnvironment({}).oidc).toBeUndefined()
    expect(readEnvironment(OIDC).oidc).toEqual({
      issuer: 'https://id.example.org/realms/grid',
      clientId: 'gridwall',
      clientSecret: 'secret',
      clientAuth: 'basic',
      userNameClaim: 'preferred_username',
      name: '统一身份认证',
      createAccounts: false,
    })
    const more = {
      OIDC_CLIENT_AUTH: 'post',
      OIDC_USER_CLAIM: 'upn',
      OIDC_NAME: 'PKI',
      OIDC_CREATE_ACCOUNTS: '1',
    }
    expect(readEnvironment({ ...OIDC, ...more }).oidc).toMatchObject({
      clientAuth: 'post',
      userNameClaim: 'upn',
      name: 'PKI',
      createAccounts: true,
    })
  })

  test.each(Object.keys(OIDC))('is refused without %s', (name) => {
    expect(() => readEnvironment({ ...OIDC, [name]: '' })).toThrow(/belong together/)
  })

  test.each(['http://id.example.org', 'ftp://id.example.org', 'id.example.org', 'javascript:alert(1)'])(
    'is refused at %s: tokens would travel in the open, or not at all',
    (issuer) => {
      expect(() => readEnvironment({ ...OIDC, OIDC_ISSUER: issuer })).toThrow(
        /OIDC_ISSUER must be an address/,
      )
      expect(() => readEnvironment({ PUBLIC_URL: issuer })).toThrow(/PUBLIC_URL must be an address/)
    },
  )

  test('may be on this very machine, for a trial', () => {
    expect(readEnvironment({ ...OIDC, OIDC_ISSUER: 'http://127.0.0.1:9000' }).oidc?.issuer).toBe(
      'http://127.0.0.1:9000',
    )
  })

  test('a public address is kept without what follows it', () => {
    expect(readEnvironment({ PUBLIC_URL: 'https://grid.example.org/some/page?x=1' }).publicUrl).toBe(
      'https://grid.example.org',
    )
    expect(readEnvironment({}).publicUrl).toBeUndefined()
  })
})

test('demo accounts and a way back are asked for by name', () => {
  expect(readEnvironment({})).toMatchObject({ demo: false, recoverUser: undefined })
  expect(readEnvironment({ GRIDWALL_DEMO: '1', GRIDWALL_RECOVER: 'post-guard' })).toMatchObject({
    demo: true,
    recoverUser: 'post-guard',
  })
})
