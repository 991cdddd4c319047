/** Prints backup codes on a sheet of their own; they touch no file. */
export function printCodes(title: string, text: string, codes: readonly string[]): void {
  const frame = document.createElement('iframe')
  frame.hidden = true
  frame.title = title
  document.body.append(frame)
  const sheet = frame.contentDocument
  const printer = frame.contentWindow
  if (!sheet || !printer) {
    frame.remove()
    throw new Error('The browser gave no sheet to print on.')
  }
  sheet.title = title
  const put = (name: 'h1' | 'p' | 'li', words: string, into: Element) => {
    const element = sheet.createElement(name)
    element.textContent = words
    into.append(element)
  }
  put('h1', title, sheet.body)
  put('p', text, sheet.body)
  const list = sheet.createElement('ol')
  for (const code of codes) put('li', code, list)
  sheet.body.append(list)
  printer.addEventListener('afterprint', () => frame.remove())
  printer.focus()
  printer.print()
}
