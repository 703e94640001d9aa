import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { BASE_CONFIG, readConfig } from '../../../shared/config/read-config.ts';
import { cosFunction, EventDeferred } from '../../../shared/cos/cos-function.ts';
import type { ObjectEvent } from '../../../shared/cos/object-event.ts';
import { DatabaseUnavailable } from '../../../shared/db/database-unavailable.ts';
import type { Invocation } from '../../../shared/logging/invocation.ts';
import { timerFunction } from '../../../shared/timer/timer-function.ts';
import { ENVIRONMENT } from './http-harness.ts';

const config = z.object(BASE_CONFIG);
const lines: Record<string, unknown>[] = [];
const surroundings = {
  clock: () => 1000,
  write: (line: string) => void lines.push(JSON.parse(line)),
  readEnvironment: (schema: typeof config) => readConfig(schema, ENVIRONMENT),
};
const logged = () => lines.splice(0).map(({ log }) => log);

describe('a timer', () => {
  const tick = { Type: 'Timer', TriggerName: 'sweep-tasks', Time: '2026-11-24T08:00:00Z', Message: 'full' };
  it('runs with the trigger’s message and logs what it did', async () => {
    let message = '';
    const main = timerFunction(
      {
        name: 'sweep-tasks',
        config,
        build: () => 7,
        run: async (services, context) => {
          message = context.message;
          return { expired: services };
        },
      },
      surroundings,
    );
    expect(await main(tick, { request_id: 'r-1' })).toEqual({ ok: true });
    expect(message).toBe('full');
    expect(lines.splice(0)).toMatchObject([
      { log: 'timer_done', function: 'sweep-tasks', requestId: 'r-1', expired: 7 },
    ]);
    expect(await main('no event')).toEqual({ ok: true });
    expect(message).toBe('');
    logged();
  });
  it('that fails is logged and answers, for the next tick is its retry', async () => {
    const run = async () => {
      throw new DatabaseUnavailable('not_sent', new Error('away'));
    };
    expect(await timerFunction({ name: 't', config, build: () => 0, run }, surroundings)(tick)).toEqual({ ok: false });
    const build = () => {
      throw new Error('secrets away');
    };
    expect(await timerFunction({ name: 't', config, build, run }, surroundings)(tick)).toEqual({ ok: false });
    expect(logged()).toEqual(['timer_failed', 'timer_failed']);
  });
});

describe('a COS event', () => {
  const record = (key: string) => ({
    cos: {
      cosBucket: { appid: '1250000000', cosRegion: 'ap-guangzhou', name: 'yiying', region: 'gz' },
      cosObject: { key: `/1250000000/yiying/${key}`, meta: { ETag: '"e"' }, size: 10, url: 'http://x/' },
    },
    event: {
      eventName: 'cos:ObjectCreated:Put',
      eventTime: 1,
      requestParameters: { requestHeaders: { Authorization: 'q-sign-1' } },
    },
  });
  const seen: string[] = [];
  type Run = (services: number, event: ObjectEvent, context: Invocation) => Promise<void>;
  const start = (run: Run, build = () => 0) => cosFunction({ name: 'start-task', config, build, run }, surroundings);
  const failingFor = (failing: string, error: Error) => async (_services: number, event: ObjectEvent) => {
    seen.push(event.key);
    if (event.key === failing) throw error;
  };

  it('with several records handles each, though one fails', async () => {
    const main = start(failingFor('inputs/b/1', new Error('bad photo')));
    const event = { Records: ['inputs/a/1', 'inputs/b/1', 'inputs/c/1'].map(record) };
    expect(await main(event)).toEqual({ done: 2, failed: 1 });
    expect(seen.splice(0)).toEqual(['inputs/a/1', 'inputs/b/1', 'inputs/c/1']);
    expect(logged()).toEqual(['event_done', 'event_failed', 'event_done']);
  });
  it('with several records names the trace of each in its own lines', async () => {
    const main = start(async (_services, { key }, { follow }) => {
      if (key === 'inputs/a/1') follow('t-1');
      if (key === 'inputs/c/1') throw new Error('bad photo');
    });
    await main({ Records: ['inputs/a/1', 'inputs/b/1', 'inputs/c/1'].map(record) });
    expect(lines.splice(0).map(({ trace }) => trace)).toEqual(['t-1', undefined, undefined]);
  });
  it('is asked for again when the database was away, after every record had its turn', async () => {
    const main = start(failingFor('inputs/a/1', new DatabaseUnavailable('unknown', new Error('lost'))));
    await expect(main({ Records: [record('inputs/a/1'), record('inputs/b/1')] })).rejects.toThrow(EventDeferred);
    expect(seen.splice(0)).toEqual(['inputs/a/1', 'inputs/b/1']);
    logged();
  });
  it('is asked for again when the services could not be built, and built anew then', async () => {
    let builds = 0;
    const main = start(
      async () => undefined,
      () => {
        if (++builds === 1) throw new Error('secrets away');
        return 1;
      },
    );
    await expect(main({ Records: [record('inputs/a/1')] })).rejects.toThrow(EventDeferred);
    expect(await main({ Records: [record('inputs/a/1')] })).toEqual({ done: 1, failed: 0 });
    expect(logged()).toEqual(['services_failed', 'event_done']);
  });
  it('that is none is dropped, and neither it nor its signature is logged', async () => {
    const main = start(async () => undefined);
    const spoiled = record('inputs/a/1');
    spoiled.cos.cosObject.size = -1;
    for (const event of [null, {}, { Records: [] }, { Records: [spoiled] }]) {
      expect(await main(event)).toEqual({ done: 0, failed: 0 });
    }
    expect(lines[3]).toMatchObject({ log: 'event_refused', field: 'Records.0.cos.cosObject.size' });
    expect(JSON.stringify(lines)).not.toContain('q-sign');
    expect(logged()).toEqual(new Array(4).fill('event_refused'));
  });
});
