type Child = Node | string;

/** An element. Text stays text, whatever a function printed. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export function button(label: string, onClick: () => unknown, isMain = false): HTMLButtonElement {
  const made = element('button', { type: 'button', ...(isMain && { class: 'main' }) }, label);
  made.addEventListener('click', () => {
    made.disabled = true;
    Promise.resolve(onClick())
      .catch((error: unknown) => made.after(element('span', { class: 'bad', role: 'alert' }, ` ${String(error)}`)))
      .finally(() => {
        made.disabled = false;
      });
  });
  return made;
}

export async function ask<Answer>(path: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(`/local/${path}`, {
    headers: { Accept: 'application/json', ...(body !== undefined && { 'Content-Type': 'application/json' }) },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status} ${text.slice(0, 300)}`);
  return JSON.parse(text) as Answer; // the local cloud's own answers
}

export const clockTime = (atMs: number): string => new Date(atMs).toLocaleTimeString('zh-CN', { hour12: false });

/** JSON set out in lines; any other text as it is. */
export function pretty(text: string): string {
  try {
    const value = JSON.parse(text) as unknown;
    const inner = value as { body?: unknown } | null;
    // A request's or reply's body is JSON in a string: shown as what it says.
    if (inner !== null && typeof inner === 'object' && typeof inner.body === 'string' && inner.body.startsWith('{')) {
      return JSON.stringify({ ...inner, body: JSON.parse(inner.body) as unknown }, null, 2);
    }
    return JSON.stringify(value, null, 2);
  } catch {
    return text;
  }
}
