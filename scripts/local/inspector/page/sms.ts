import { ask, button, clockTime, element } from './dom.ts';
import { everySecond } from './every-second.ts';

interface Sms {
  readonly phone: string;
  readonly code: string;
  readonly text: string;
  readonly receivedAtMs: number;
}

/** What merchants' phones received. */
export function showSms(main: HTMLElement): () => void {
  let shown = '';
  return everySecond(async () => {
    const inbox = await ask<Sms[]>('sms');
    const key = JSON.stringify(inbox);
    if (key === shown) return;
    shown = key;
    main.replaceChildren(
      element('h2', {}, '短信收件箱 SMS inbox'),
      ...inbox.map(({ phone, code, text, receivedAtMs }) =>
        element(
          'section',
          { class: 'box' },
          element('p', { class: 'soft' }, `${phone} · ${clockTime(receivedAtMs)}`),
          element('p', { class: 'code' }, code),
          element('p', {}, text),
          button('复制验证码 Copy code', () => navigator.clipboard.writeText(code)),
        ),
      ),
      ...(inbox.length === 0 ? [element('p', { class: 'soft' }, '还没有短信 Nothing yet')] : []),
    );
  });
}
