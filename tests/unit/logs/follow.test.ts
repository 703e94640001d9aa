import { describe, expect, it } from 'vitest';
import { type Followed, follow, readable } from '../../../scripts/logs/follow.ts';

const TASK = `tsk_${'0'.repeat(25)}1`;
const OTHER = `tsk_${'0'.repeat(25)}2`;

const ran = (functionName: string, second: number, about: Partial<Followed> & { log?: string; task?: string }) => {
  const { log = 'event_done', task, ...rest } = about;
  const requestId = rest.requestId ?? `${functionName}-${second}`;
  const at = new Date(second * 1000).toISOString();
  const line = { at, level: 'info', log, function: functionName, requestId, ms: 5, ...(task && { taskId: task }) };
  const text = `${JSON.stringify(line)}\n`;
  return {
    functionName,
    requestId,
    startedAtMs: second * 1000,
    eventText: '{}',
    output: [{ text }],
    result: {},
    ...rest,
  };
};

const history: Followed[] = [
  ran('run-image-step', 4, { log: 'unit_done', task: TASK, eventText: `work/image/${TASK}/0/0.json` }),
  ran('start-task', 3, { log: 'task_started', task: TASK, eventText: `inputs/${TASK}/0` }),
  ran('start-task', 2, { log: 'task_started', task: OTHER, eventText: `inputs/${OTHER}/0` }),
  ran('create-task', 1, { log: 'request_done', requestId: 'req-of-it', result: { body: `{"taskId":"${TASK}"}` } }),
  ran('list-plans', 1, { log: 'request_done' }),
];

describe('following a request', () => {
  it('shows its own lines and those of the task that it made, in order of time, and nothing else', () => {
    const lines = follow(history, 'req-of-it');
    expect(lines.map(({ function: name }) => name)).toEqual(['create-task', 'start-task', 'run-image-step']);
    expect(JSON.stringify(lines)).not.toContain(OTHER);
  });

  it('shows the same from the task on, by its id', () => {
    expect(follow(history, TASK).map(({ log }) => log)).toEqual(['request_done', 'task_started', 'unit_done']);
    expect(follow(history, 'nobody-knows-it')).toEqual([]);
  });

  it('shows all requests of one trace, and what they began', () => {
    const traceId = 'a'.repeat(32);
    const traced = (name: string, second: number, id: string, about: Partial<Followed> = {}): Followed => {
      const one = ran(name, second, about);
      const line = JSON.parse(one.output[0]!.text) as object;
      const text = JSON.stringify({ ...line, traceparent: `00-${id}-${'b'.repeat(16)}-01` });
      // In two pieces, as a pipe may cut it.
      return { ...one, output: [{ text: text.slice(0, -40) }, { text: `${text.slice(-40)}\n` }] };
    };
    const body = { body: `{"taskId":"${TASK}"}` };
    const requests = [
      traced('create-task', 1, traceId, { result: body }),
      traced('get-task', 5, traceId),
      traced('get-task', 6, 'c'.repeat(32)),
    ];
    const found = follow(
      [...history.filter(({ functionName }) => functionName !== 'create-task'), ...requests],
      traceId,
    );
    expect(found.map(({ function: name }) => name)).toEqual([
      'create-task',
      'start-task',
      'run-image-step',
      'get-task',
    ]);
    expect(follow(requests, 'd'.repeat(32))).toEqual([]);
  });

  const tick = (second: number, lines: readonly { trace?: string; [field: string]: unknown }[]): Followed => {
    const one = ran('sweep-tasks', second, { requestId: `tick-${second}` });
    const base = JSON.parse(one.output[0]!.text) as object;
    return { ...one, output: [{ text: lines.map((line) => `${JSON.stringify({ ...base, ...line })}\n`).join('') }] };
  };

  it('shows what a tick did to it, and not what the tick did to others', () => {
    const moved = { log: 'work_moved', did: 'restartedUnits' };
    const swept = tick(9, [
      { ...moved, taskId: TASK, trace: 'req-of-it' },
      { ...moved, taskId: OTHER, trace: 'req-of-other' },
      { log: 'event_failed', taskId: TASK, error: 'broken' },
      { log: 'event_failed', taskId: OTHER, error: 'broken' },
      { log: 'timer_done', restartedUnits: 2 },
    ]);
    const lines = follow([...history, swept], 'req-of-it').filter((line) => line.function === 'sweep-tasks');
    expect(lines.map(({ log, fields }) => [log, fields['taskId']])).toEqual([
      ['work_moved', TASK],
      ['event_failed', TASK],
      ['timer_done', undefined],
    ]);
    expect(follow([...history, swept], TASK).map(({ log }) => log)).toContain('work_moved');
  });

  it('shows all that a tick moved, and what became of it, by the id of the tick', () => {
    const swept = tick(9, [{ log: 'work_moved', did: 'restartedUnits', taskId: TASK, trace: 'req-of-it' }]);
    const names = follow([...history, swept], 'tick-9').map((line) => line.function);
    expect(names).toEqual(['create-task', 'start-task', 'run-image-step', 'sweep-tasks']);
  });

  it('leaves out what is no line of ours', () => {
    const [first] = history;
    const noisy = { ...first!, output: [{ text: 'a library says\n{"no":"log"}\nnull\n' }, ...first!.output] };
    expect(follow([noisy], TASK)).toHaveLength(1);
  });

  it('joins a line that came in two pieces', () => {
    const [first] = history;
    const text = first!.output[0]!.text;
    const cut = { ...first!, output: [{ text: text.slice(0, 20) }, { text: text.slice(20) }] };
    expect(follow([cut], TASK)).toHaveLength(1);
  });

  it('reads well: time, level, function, event, fields', () => {
    const [line] = follow(history, TASK);
    expect(readable(line!)).toMatch(/^00:00:01\.000 {2}info {2}create-task +request_done +ms=5$/);
  });
});
