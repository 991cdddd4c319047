import { readFileSync } from 'node:fs'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { StartError } from '../../db/startError.ts'

/** Where a certificate (with its chain) and its key lie, both PEM. */
export interface CertificateFiles {
  certFile: string
  keyFile: string
}

export interface Certificate {
  cert: Buffer
  key: Buffer
}

/** TLS 1.2 with forward secrecy and authenticated ciphers, or 1.3. */
export function secureContext({ cert, key }: Certificate): SecureContextOptions {
  return {
    cert,
    key,
    minVersion: 'TLSv1.2',
    ciphers: [
      'TLS_AES_128_GCM_SHA256',
      'TLS_AES_256_GCM_SHA384',
      'TLS_CHACHA20_POLY1305_SHA256',
      'ECDHE-ECDSA-AES128-GCM-SHA256',
      'ECDHE-RSA-AES128-GCM-SHA256',
      'ECDHE-ECDSA-AES256-GCM-SHA384',
      'ECDHE-RSA-AES256-GCM-SHA384',
      'ECDHE-ECDSA-CHACHA20-POLY1305',
      'ECDHE-RSA-CHACHA20-POLY1305',
    ].join(':'),
    honorCipherOrder: true,
  }
}

/** @throws StartError when a file cannot be read, is no PEM, or the key is not the certificate's. */
export function readCertificate({ certFile, keyFile }: CertificateFiles): Certificate {
  const certificate = { cert: readPem(certFile, 'TLS_CERT_FILE'), key: readPem(keyFile, 'TLS_KEY_FILE') }
  try {
    createSecureContext(secureContext(certificate))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new StartError(
      `证书 ${certFile} 与私钥 ${keyFile} 无法一起使用（${reason}）：两者都应为 PEM 格式并且相互匹配。`,
      `The certificate ${certFile} and the key ${keyFile} cannot be used together (${reason}): both must be PEM, and the key the certificate's own.`,
      { cause: error },
    )
  }
  return certificate
}

function readPem(path: string, name: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new StartError(
      `${name} 指定的文件无法读取（${reason}）。`,
      `The file that ${name} names cannot be read (${reason}).`,
      { cause: error },
    )
  }
}
