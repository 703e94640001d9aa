import { ask, button, clockTime, element, pretty } from './dom.ts';

interface Summary {
  readonly number: number;
  readonly functionName: string;
  readonly type: 'sync' | 'async';
  readonly attempt: number;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly initMs: number | null;
  readonly memoryMb: number | null;
  readonly error: { readonly kind: string; readonly message: string } | null;
}

interface Details extends Omit<Summary, 'error'> {
  readonly requestId: string;
  readonly eventText: string;
  readonly output: readonly { readonly stream: string; readonly text: string }[];
  readonly result:
    | { readonly ok: true; readonly replyText: string }
    | { readonly ok: false; readonly error: { readonly errorMessage: string; readonly stackTrace?: string } };
}

const SHOWN = 300;

/** Every run of a function as it happens; one of them with all that there is to know, and once more. */
export function showInvocations(main: HTMLElement): () => void {
  const rows = element('tbody');
  const head = ['时间 Time', '函数 Function', '耗时 ms', '启动 Start', '内存 MB'].map((text) =>
    element('th', { scope: 'col' }, text),
  );
  const filter = element('input', { type: 'search', 'aria-label': '按函数名筛选 Filter', placeholder: '筛选 Filter' });
  const details = element(
    'section',
    { class: 'pane padded', tabindex: '0', 'aria-label': '详情 Details' },
    '选一行 Choose a row',
  );
  const table = element('table', {}, element('thead', {}, element('tr', {}, ...head)), rows);
  main.replaceChildren(
    element(
      'div',
      { class: 'split' },
      element('section', { class: 'pane', tabindex: '0', 'aria-label': '调用 Invocations' }, filter, table),
      details,
    ),
  );

  const fits = (name: string): boolean => name.includes(filter.value.trim());
  const add = (one: Summary): void => {
    const row = rowOf(one, () => void open(one.number, row));
    row.hidden = !fits(one.functionName);
    rows.prepend(row);
    while (rows.children.length > SHOWN) rows.lastElementChild?.remove();
  };
  const open = async (number: number, row: HTMLElement): Promise<void> => {
    for (const other of rows.children) other.removeAttribute('aria-selected');
    row.setAttribute('aria-selected', 'true');
    showDetails(details, await ask<Details>(`history/${number}`));
  };
  filter.addEventListener('input', () => {
    for (const row of rows.querySelectorAll('tr')) row.hidden = !fits(row.dataset['name'] ?? '');
  });
  let stream: EventSource | null = null;
  void ask<Summary[]>('history').then((known) => {
    known.reverse().forEach(add);
    stream = new EventSource('/local/stream');
    stream.addEventListener('message', ({ data }) => add(JSON.parse(String(data)) as Summary));
  });
  return () => stream?.close();
}

function rowOf(one: Summary, onOpen: () => void): HTMLTableRowElement {
  const { functionName, type, attempt, startedAtMs, durationMs, initMs, memoryMb, error } = one;
  const name = element('button', { type: 'button', class: `row${error ? ' bad' : ''}` }, functionName);
  name.addEventListener('click', onOpen);
  const note = `${type === 'async' ? ' ⇢' : ''}${attempt > 1 ? ` ×${attempt}` : ''}${error ? ` ${error.kind}` : ''}`;
  const cells: (string | Node)[][] = [
    [clockTime(startedAtMs)],
    [name, note],
    [String(Math.round(durationMs))],
    [initMs === null ? '热 warm' : `冷 cold +${Math.round(initMs)}`],
    [memoryMb === null ? '' : String(Math.round(memoryMb))],
  ];
  return element('tr', { 'data-name': functionName }, ...cells.map((cell) => element('td', {}, ...cell)));
}

function showDetails(pane: HTMLElement, one: Details): void {
  const { functionName, type, eventText, result, output, requestId } = one;
  const editor = element('textarea', { 'aria-label': '事件 Event', spellcheck: 'false' });
  editor.value = pretty(eventText);
  const outcome = element('pre', { hidden: '', tabindex: '0' });
  const replay = async (event: unknown): Promise<void> => {
    const answer = await ask<{ readonly replyText?: string }>('replay', { functionName, type, event });
    outcome.hidden = false;
    outcome.textContent = pretty(answer.replyText ?? JSON.stringify(answer));
  };
  const answered = result.ok
    ? pretty(result.replyText)
    : `${result.error.errorMessage}\n${result.error.stackTrace ?? ''}`;
  pane.replaceChildren(
    element('h2', {}, functionName),
    element('p', { class: 'soft' }, requestId),
    element(
      'div',
      { class: 'buttons' },
      button('重放 Replay', () => replay(JSON.parse(eventText)), true),
      button('改后重放 Replay as edited', () => replay(asEvent(editor.value, eventText))),
    ),
    outcome,
    element('h3', {}, '输入 Input'),
    editor,
    element('h3', {}, '输出 Output'),
    element('pre', { tabindex: '0', class: result.ok ? '' : 'bad' }, answered),
    element('h3', {}, '日志 Log'),
    element('pre', { tabindex: '0' }, output.map(({ text }) => text).join('') || '—'),
  );
}

/** The body was shown set out; the function gets it as text again. */
function asEvent(edited: string, original: string): unknown {
  const event = JSON.parse(edited) as Record<string, unknown>;
  const before = JSON.parse(original) as Record<string, unknown>;
  const wasText = typeof before['body'] === 'string' && typeof event['body'] === 'object';
  return wasText ? { ...event, body: JSON.stringify(event['body']) } : event;
}
