import { ask, button, element, pretty } from './dom.ts';
import { everySecond } from './every-second.ts';

const MINUTE = 60_000;
const STEPS = [
  ['+1 分钟 minute', MINUTE],
  ['+1 小时 hour', 60 * MINUTE],
  ['+1 天 day', 1440 * MINUTE],
  ['+7 天 days', 7 * 1440 * MINUTE],
  ['+30 天 days', 30 * 1440 * MINUTE],
] as const;

/** Timers, fired now beside their schedule. */
export function showTimers(main: HTMLElement): undefined {
  const result = element('pre', { role: 'status', tabindex: '0' }, '—');
  main.replaceChildren(element('h2', {}, '定时器 Timers'));
  void ask<string[]>('timers').then((names) => {
    main.append(
      ...names.map((name) =>
        element(
          'section',
          { class: 'box' },
          element('strong', {}, name),
          element(
            'div',
            { class: 'buttons' },
            button('立即触发 Fire now', async () => {
              result.textContent = `${name}\n${pretty(JSON.stringify(await ask(`timers/${name}`, {})))}`;
            }),
          ),
        ),
      ),
      result,
    );
  });
  return undefined;
}

/** The local cloud's time, moved for all of it at once. */
export function showClock(main: HTMLElement): () => void {
  const now = element('p', { class: 'code', role: 'timer' });
  const offset = element('p', { class: 'soft' });
  const move = async (shiftMs: number): Promise<void> => {
    await ask('clock', { shiftMs });
  };
  main.replaceChildren(
    element('h2', {}, '时钟 Clock'),
    element(
      'section',
      { class: 'box' },
      now,
      offset,
      element('div', { class: 'buttons' }, ...STEPS.map(([label, ms]) => button(label, () => move(ms)))),
      element(
        'div',
        { class: 'buttons' },
        button('回到现在 Back to now', async () => {
          const { offsetMs } = await ask<{ offsetMs: number }>('clock');
          await move(-offsetMs);
        }),
      ),
    ),
  );
  return everySecond(async () => {
    const { nowMs, offsetMs } = await ask<{ nowMs: number; offsetMs: number }>('clock');
    now.textContent = new Date(nowMs).toLocaleString('zh-CN', { hour12: false });
    offset.textContent = `偏移 Offset: ${Math.round(offsetMs / MINUTE)} 分钟 minutes`;
  });
}
