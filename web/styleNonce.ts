import type { Plugin } from 'vite'

/** Where Ant Design's parts write style elements, and the line that gives them a nonce. */
const file = /@rc-component[\\/]util[\\/]es[\\/]Dom[\\/]dynamicCSS\.js$/
const line = 'if (csp?.nonce) {\n    styleNode.nonce = csp?.nonce;\n  }'

/**
 * Gives every style element of Ant Design the page's nonce. Its ConfigProvider hands the nonce on to most parts, but
 * not to those that lock and measure scrollbars under a dialog.
 */
export function styleNonce(): Plugin {
  return {
    name: 'style-nonce',
    transform(code, id) {
      if (!file.test(id)) return null
      if (!code.includes(line)) this.error(`expected ${id} to set the nonce of a style element as it used to`)
      const nonce = `document.querySelector('meta[property="csp-nonce"]')?.nonce ?? ''`
      return { code: code.replace(line, `styleNode.nonce = csp?.nonce || (${nonce})`), map: null }
    },
  }
}
