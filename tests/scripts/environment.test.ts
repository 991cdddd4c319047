import { describe, expect, test } from 'vitest'
import { readEnvironment } from '../../scripts/environment.ts'

describe('what the environment says about the way in', () => {
  test('nothing said: plain HTTP on loopback, no proxy believed, the usual limits', () => {
    expect(readEnvironment({})).toMatchObject({
      host: '127.0.0.1',
      certificate: undefined,
      trustedProxies: [],
      limitFactor: 1,
    })
  })

  test('a certificate and its key belong together', () => {
    expect(readEnvironment({ TLS_CERT_FILE: '/a/cert.pem', TLS_KEY_FILE: '/a/key.pem' }).certificate).toEqual(
      {
        certFile: '/a/cert.pem',
        keyFile: '/a/key.pem',
      },
    )
    for (const env of [{ TLS_CERT_FILE: '/a/cert.pem' }, { TLS_KEY_FILE: '/a/key.pem' }]) {
      expect(() => readEnvironment(env)).toThrow(/TLS_CERT_FILE and TLS_KEY_FILE belong together/)
    }
  })

  test('proxies are named by address or network', () => {
    expect(readEnvironment({ TRUST_PROXY: '127.0.0.1, 10.0.0.0/24  ::1 fd00::/8' }).trustedProxies).toEqual([
      '127.0.0.1',
      '10.0.0.0/24',
      '::1',
      'fd00::/8',
    ])
  })

  test.each([
    'true',
    '*',
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/33',
    '10.0.0.0/x',
    '10.0.0',
    'proxy.example',
    '10.0.0.0/8/8',
  ])('TRUST_PROXY=%s trusts nobody by mistake', (text) => {
    expect(() => readEnvironment({ TRUST_PROXY: text })).toThrow(
      /TRUST_PROXY must name addresses or networks/,
    )
  })

  test.each(['-1', 'many', '1e9', 'NaN'])('RATE_LIMIT_FACTOR=%s is refused', (text) => {
    expect(() => readEnvironment({ RATE_LIMIT_FACTOR: text })).toThrow(/RATE_LIMIT_FACTOR must be a number/)
  })
})
