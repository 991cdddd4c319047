/** The nonce of this page: style elements without it are not applied (api/hardening/contentSecurity.ts). */
export const pageNonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
