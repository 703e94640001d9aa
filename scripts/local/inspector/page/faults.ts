import { ask, element } from './dom.ts';

interface Faults {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly smsRefused: boolean;
  readonly functions: readonly string[];
}

/** What is broken on purpose, until it is switched back. */
export function showFaults(main: HTMLElement): undefined {
  void ask<Faults>('faults').then((faults) => {
    const lost = new Set(faults.lost);
    const doubled = new Set(faults.doubled);
    let { smsRefused } = faults;
    const save = async (): Promise<void> => {
      await ask('faults', { lost: [...lost], doubled: [...doubled], smsRefused });
    };
    const sms = toggle('短信服务拒绝发送 The SMS service refuses', smsRefused, (on) => {
      smsRefused = on;
      return save();
    });
    const choice = (name: string, set: Set<string>, label: string) =>
      toggle(label, set.has(name), (on) => {
        if (on) set.add(name);
        else set.delete(name);
        return save();
      });
    main.replaceChildren(
      element('h2', {}, '故障开关 Fault switches'),
      element('section', { class: 'box' }, sms),
      element(
        'section',
        { class: 'box' },
        element('p', {}, '异步事件（COS、定时器）丢失或重复 Asynchronous events lost or doubled'),
        ...faults.functions.map((name) =>
          element(
            'div',
            { class: 'switches' },
            element('strong', {}, name),
            choice(name, lost, '丢失 lost'),
            choice(name, doubled, '重复 doubled'),
          ),
        ),
      ),
    );
  });
  return undefined;
}

function toggle(label: string, on: boolean, onChange: (on: boolean) => Promise<void>): HTMLElement {
  const input = element('input', { type: 'checkbox' });
  input.checked = on;
  input.addEventListener('change', () => void onChange(input.checked));
  return element('span', {}, element('label', {}, input, ` ${label}`));
}
