import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginInvocation } from '../../../shared/logging/invocation.ts';
import { createLogger, type LogFields } from '../../../shared/logging/logger.ts';

function lineOf(fields: LogFields): Record<string, unknown> {
  const lines: string[] = [];
  createLogger(
    { function: 'f' },
    () => 0,
    (line) => lines.push(line),
  )('task_started', fields);
  expect(lines).toHaveLength(1);
  expect(lines[0]?.endsWith('\n')).toBe(true);
  expect(lines[0]?.indexOf('\n')).toBe((lines[0]?.length ?? 0) - 1);
  return JSON.parse(lines[0] ?? '');
}

describe('a log line', () => {
  it('is one line of JSON with time, level, event and what its invocation is', () => {
    expect(lineOf({ taskId: 'tsk_1', ms: 12 })).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      level: 'info',
      log: 'task_started',
      function: 'f',
      taskId: 'tsk_1',
      ms: 12,
    });
  });
  it.each([
    'phone',
    'phoneNumber',
    'code',
    'accessToken',
    'refresh_token',
    'authorization',
    'Cookie',
    'signature',
    'body',
    'rawBody',
    'secretKey',
    'password',
    'ciphertext',
    'privateKey',
    'apiKey',
    'event',
  ])('does not show the field %s, however deep', (key) => {
    const line = JSON.stringify(
      lineOf({ [key]: 'hidden-1', request: { [key]: 'hidden-2', list: [{ [key]: 'hidden-3' }] } }),
    );
    expect(line).not.toContain('hidden');
    expect(line).toContain('[redacted]');
  });
  it('shows no phone number in any text, whatever stands around it', () => {
    const phone = fc.stringMatching(/^1[3-9]\d{9}$/);
    const around = fc.constantFrom('', ' ', '+86', '86', '0086', '+86 ', ':', '"', '，', '(');
    fc.assert(
      fc.property(phone, around, around, (number, before, after) => {
        const line = JSON.stringify(
          lineOf({
            note: `${before}${number}${after.replace(/\d/g, '')}`,
            error: new Error(`Duplicate entry '+86${number}' for key`),
          }),
        );
        expect(line).not.toContain(number);
      }),
    );
    expect(JSON.stringify(lineOf({ value: 13800138000 }))).not.toContain('13800138000');
  });
  it('keeps ids, times and amounts readable', () => {
    const fields = { orderId: 'ord_01JD9ZX3K4M5N6P7Q8R9S0T1V2', nowMs: 1764000000000, amountFen: 9900 };
    expect(lineOf(fields)).toMatchObject(fields);
    expect(lineOf({ at2: '1764000000000' })).toMatchObject({ at2: '1764000000000' });
  });
  it('shows no bearer token, JWT or COS signature in a text', () => {
    const text =
      'Bearer abc.def eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln https://b.cos/x?q-ak=1&q-signature=deadbeef&y=1';
    const line = JSON.stringify(lineOf({ text }));
    expect(line).not.toMatch(/abc\.def|eyJ|deadbeef/);
    expect(line).toContain('y=1');
  });
  it('has an error with its cause and code but without the statement that its driver hung on it', () => {
    const cause = Object.assign(new Error('lost'), {
      code: 'ECONNRESET',
      sql: 'SELECT secret_column',
      parameters: ['v'],
    });
    const line = lineOf({ error: new Error('outer', { cause }) });
    expect(line['error']).toMatchObject({
      name: 'Error',
      message: 'outer',
      cause: { message: 'lost', errorCode: 'ECONNRESET' },
    });
    expect(JSON.stringify(line)).not.toContain('secret_column');
  });
  it('is written whatever it is given', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(lineOf({ circle, fn: () => 0, big: 10n, bytes: Buffer.alloc(9), none: undefined })).toMatchObject({
      bytes: '[9 bytes]',
      big: '10',
    });
    const trap = {
      get boom() {
        throw new Error('no');
      },
    };
    expect(lineOf(trap)).toMatchObject({ log: 'task_started', fields: '[unreadable]' });
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.anything()), (fields) => void lineOf(fields)));
  });
});

describe('an invocation', () => {
  const options = { functionName: 'f', clock: () => 5000 };
  it('takes the platform’s request id, then the gateway’s, then one of its own', () => {
    expect(beginInvocation({ request_id: 'scf-1' }, { ...options, requestId: 'gw-1' }).requestId).toBe('scf-1');
    expect(beginInvocation({}, { ...options, requestId: 'gw-1' }).requestId).toBe('gw-1');
    expect(beginInvocation({ request_id: 'bad\nid' }, options).requestId).toMatch(/^req_\w{26}$/);
  });
  it('tells the platform not to wait for kept connections', () => {
    const context = { callbackWaitsForEmptyEventLoop: true };
    beginInvocation(context, options);
    expect(context.callbackWaitsForEmptyEventLoop).toBe(false);
  });
  it('knows how long it has left', () => {
    const context = {
      left: 1234,
      getRemainingTimeInMillis() {
        return this.left;
      },
    };
    expect(beginInvocation(context, options).remainingMs()).toBe(1234);
    expect(beginInvocation(undefined, options).remainingMs()).toBe(Number.POSITIVE_INFINITY);
  });
  it('logs a traceparent only in its W3C form', () => {
    const lines: string[] = [];
    const good = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const write = (line: string) => void lines.push(line);
    beginInvocation({}, { ...options, traceparent: good, write }).log('timer_done');
    beginInvocation({}, { ...options, traceparent: 'x\ny', write }).log('timer_done');
    expect(JSON.parse(lines[0] ?? '').traceparent).toBe(good);
    expect(JSON.parse(lines[1] ?? '')).not.toHaveProperty('traceparent');
    expect(JSON.parse(lines[1] ?? '').coldStart).toBe(false);
  });
  it('hands on the trace of the traceparent, or the request’s own id where none came', () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    expect(beginInvocation({ request_id: 'scf-1' }, { ...options, traceparent }).trace).toBe('a'.repeat(32));
    expect(beginInvocation({ request_id: 'scf-1' }, { ...options, traceparent: 'x' }).trace).toBe('scf-1');
  });
  it('names the trace that it follows in each line from then on', () => {
    const lines: { trace?: string }[] = [];
    const { log, follow } = beginInvocation({}, { ...options, write: (line) => void lines.push(JSON.parse(line)) });
    log('event_done');
    follow('t-1');
    log('event_done', { trace: 'another' });
    follow(null);
    log('event_done', { trace: 'of a row' });
    expect(lines.map(({ trace }) => trace)).toEqual([undefined, 't-1', 'of a row']);
  });
});
