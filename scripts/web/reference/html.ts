/** A text in the page's two languages. */
export type Both = readonly [zh: string, en: string];

/** Braces too: what stands in two pairs of them is filled in when the page is published. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"'{}]/g, (character) => `&#${character.charCodeAt(0)};`);

/** Chinese in the page, English beside it for the script that switches. */
export function both([zh, en]: Both, tag = 'span', attributes = ''): string {
  return `<${tag}${attributes === '' ? '' : ` ${attributes}`} data-en="${escapeHtml(en)}">${escapeHtml(zh)}</${tag}>`;
}

export const code = (text: string): string => `<code>${escapeHtml(text)}</code>`;

/** A listing that scrolls by itself, with its name and the button that copies it. */
export function listing(name: string, text: string): string {
  const head = `<figcaption>${escapeHtml(name)} <button type="button" class="tool" data-copy data-t="copy">复制</button></figcaption>`;
  return `<figure class="listing">${head}<pre tabindex="0"><code>${escapeHtml(text.trimEnd())}</code></pre></figure>`;
}
