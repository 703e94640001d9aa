import { ask, element } from './dom.ts';

type Mood = 'ok' | 'slow' | 'failing';

interface Settings {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly smsRefused: boolean;
  readonly engines: Mood;
  readonly databaseStopped: boolean;
}

interface Faults extends Settings {
  readonly functions: readonly string[];
  /** What this cloud can switch at all. */
  readonly switches: Readonly<Record<'engines' | 'databaseStopped', boolean>>;
}

const MOODS: Readonly<Record<Mood, string>> = {
  ok: '正常 as they should',
  slow: '很慢（任务两分钟，图片 20 秒） slow: two minutes a job, 20 s a picture',
  failing: '失败 failing',
};

/** What is broken on purpose, until it is switched back. */
export function showFaults(main: HTMLElement): undefined {
  void ask<Faults>('faults').then(({ functions, switches, lost, doubled, smsRefused, engines, databaseStopped }) => {
    let now: Settings = { lost, doubled, smsRefused, engines, databaseStopped };
    const set = async (change: Partial<Settings>): Promise<void> => {
      now = { ...now, ...change };
      await ask('faults', now);
    };
    const inList = (list: 'lost' | 'doubled', name: string, label: string) =>
      toggle(label, now[list].includes(name), (on) => {
        const others = now[list].filter((one) => one !== name);
        return set({ [list]: on ? [...others, name] : others });
      });
    main.replaceChildren(
      element('h2', {}, '故障开关 Fault switches'),
      element(
        'section',
        { class: 'box' },
        toggle('短信服务拒绝发送 The SMS service refuses', smsRefused, (on) => set({ smsRefused: on })),
      ),
      element(
        'section',
        { class: 'box' },
        toggle(
          '数据库停止 The database is stopped',
          databaseStopped,
          (on) => set({ databaseStopped: on }),
          switches.databaseStopped,
        ),
      ),
      engineBox(engines, switches.engines, (mood) => set({ engines: mood })),
      element(
        'section',
        { class: 'box' },
        element('p', {}, '异步事件（COS、定时器）丢失或重复 Asynchronous events lost or doubled'),
        ...functions.map((name) =>
          element(
            'div',
            { class: 'switches' },
            element('strong', {}, name),
            inList('lost', name, '丢失 lost'),
            inList('doubled', name, '重复 doubled'),
          ),
        ),
      ),
    );
  });
  return undefined;
}

function engineBox(mood: Mood, isOpen: boolean, onChoose: (mood: Mood) => Promise<void>): HTMLElement {
  const select = element('select', { 'aria-label': 'AI 引擎 AI engines' });
  for (const [value, label] of Object.entries(MOODS)) select.append(element('option', { value }, label));
  select.value = mood;
  select.disabled = !isOpen;
  select.addEventListener('change', () => void onChoose(select.value as Mood)); // one of the options above
  const closed = '没有引擎 No engines: npm run dev -- --engine tencent-standin';
  return element(
    'section',
    { class: 'box buttons' },
    element('span', {}, 'AI 引擎 AI engines'),
    select,
    ...(isOpen ? [] : [element('span', { class: 'soft' }, closed)]),
  );
}

function toggle(label: string, on: boolean, onChange: (on: boolean) => Promise<void>, isOpen = true): HTMLElement {
  const input = element('input', { type: 'checkbox' });
  input.checked = on;
  input.disabled = !isOpen;
  input.addEventListener('change', () => void onChange(input.checked));
  return element('span', {}, element('label', {}, input, ` ${label}`));
}
