import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFixtures, replyOf, type ScfStage, startStage } from './scf-stage.ts';

let fixtures: Awaited<ReturnType<typeof buildFixtures>>;
beforeAll(async () => {
  fixtures = await buildFixtures();
});
afterAll(() => fixtures.remove());

/** A process that was killed stays in the table until somebody asks for its end. */
const isRunning = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

describe.each([
  ['a thread', 256],
  ['a process', 1024],
])('an instance that is %s', (_kind, memoryMb) => {
  let stage: ScfStage;
  beforeAll(async () => {
    const names = ['echo', 'fails', 'keeps-timers', 'long-reply', 'prints', 'calls-back', 'tells-time'];
    const entries = Object.fromEntries(names.map((name) => [name, { memoryMb }]));
    stage = await startStage(fixtures.distFolder, {
      ...entries,
      sleeps: { memoryMb, timeoutSeconds: 1, reservedConcurrency: 2 },
      'hoards-memory': { memoryMb, timeoutSeconds: 60 },
    });
  });
  afterAll(() => stage.close());

  it('gets the event, the context object and its own environment, and nothing of its owner’s', async () => {
    process.env['OWNERS_SECRET'] = 'x';
    const event = { text: '衣影', list: [1, null] };
    const reply = (await replyOf(stage.scf, 'echo', event)) as {
      event: unknown;
      context: Record<string, unknown>;
      remainingMs: number;
      environment: Record<string, string>;
    };
    delete process.env['OWNERS_SECRET'];
    expect(reply.event).toEqual(event);
    expect(reply.context).toMatchObject({
      callbackWaitsForEmptyEventLoop: true,
      memory_limit_in_mb: memoryMb,
      time_limit_in_ms: 10_000,
      request_id: stage.records.at(-1)?.requestId,
      function_name: 'echo',
      function_version: '$LATEST',
      namespace: 'fixtures-test',
      tencentcloud_region: 'ap-guangzhou',
    });
    expect(reply.remainingMs).toBeGreaterThan(9_000);
    expect(reply.remainingMs).toBeLessThanOrEqual(10_000);
    expect(reply.environment).toMatchObject({ STAGE: 'test', SCF_FUNCTIONNAME: 'echo', TENCENTCLOUD_RUNENV: 'SCF' });
    expect(reply.environment).not.toHaveProperty('OWNERS_SECRET');
    expect(reply.environment).not.toHaveProperty('VITEST');
  });

  it('keeps its module state while warm, and starts anew after a reload', async () => {
    const callsOf = async (): Promise<unknown> => ((await replyOf(stage.scf, 'echo')) as { calls: number }).calls;
    const before = Number(await callsOf());
    expect(await callsOf()).toBe(before + 1);
    expect(stage.records.at(-1)?.initMs).toBeNull();
    await stage.scf.reload('echo');
    expect(await callsOf()).toBe(1);
    expect(stage.records.at(-1)?.initMs).toBeGreaterThan(0);
  });

  it('stands still after its reply: timers of its own do not run', async () => {
    expect(await replyOf(stage.scf, 'keeps-timers', { ms: 100 })).toBeGreaterThan(3);
    const before = Number(await replyOf(stage.scf, 'keeps-timers', { ms: 0 }));
    await pause(300);
    // Thawed, its overdue timer may run once or twice before the event is read, not the sixty times that it missed.
    expect(Number(await replyOf(stage.scf, 'keeps-timers', { ms: 0 })) - before).toBeLessThan(10);
  });

  it('answers 430 with the stack for what is thrown, and lives on', async () => {
    const result = await stage.scf.invoke('fails', { how: 'throw' });
    expect(result).toMatchObject({
      ok: false,
      error: { errorCode: 1, statusCode: 430, errorMessage: 'user code exception caught' },
    });
    expect(result.ok ? '' : result.error.stackTrace).toContain('TypeError: thrown on purpose');
    expect(await replyOf(stage.scf, 'fails', { how: 'not' })).toBe(2);
  });

  it('is gone after an exception that nobody catches (430) and after an exit (439); the next is new', async () => {
    expect(await stage.scf.invoke('fails', { how: 'uncaught' })).toMatchObject({ error: { statusCode: 430 } });
    expect(await replyOf(stage.scf, 'fails', { how: 'not' })).toBe(1);
    expect(await stage.scf.invoke('fails', { how: 'exit' })).toMatchObject({
      error: { errorCode: -1, statusCode: 439 },
    });
    expect(await replyOf(stage.scf, 'fails', { how: 'not' })).toBe(1);
  });

  it('is killed at its time limit (433)', async () => {
    expect(await stage.scf.invoke('sleeps', { ms: 60_000 })).toMatchObject({
      error: { errorCode: -1, errorMessage: 'Invoking task timed out after 1 seconds', statusCode: 433 },
    });
    expect(stage.scf.instances().filter(({ functionName }) => functionName === 'sleeps')).toEqual([]);
    expect(await replyOf(stage.scf, 'sleeps', { ms: 1 })).toBe('awake');
  });

  it('serves one event at a time; beyond the reserved concurrency an event is refused (432)', async () => {
    const results = await Promise.all([400, 400, 400].map((ms) => stage.scf.invoke('sleeps', { ms })));
    expect(results.map((result) => (result.ok ? 200 : result.error.statusCode)).sort()).toEqual([200, 200, 432]);
    const served = stage.records.slice(-2).map(({ instanceId }) => instanceId);
    expect(new Set(served).size).toBe(2);
  });

  it.each(['heap', 'buffers'])('is killed when its %s exceed its memory (434)', async (where) => {
    const event = { mb: memoryMb + 200, where };
    expect(await stage.scf.invoke('hoards-memory', event)).toMatchObject({ error: { statusCode: 434 } });
    expect(await replyOf(stage.scf, 'hoards-memory', { mb: 5, where })).toBe(5);
  });

  it('may answer 6 MB and no more (407); may be asked 6 MB and no more (406)', async () => {
    const limit = 6 * 1024 * 1024;
    expect(await replyOf(stage.scf, 'long-reply', { length: limit - 2 })).toHaveLength(limit - 2);
    expect(await stage.scf.invoke('long-reply', { length: limit - 1 })).toMatchObject({ error: { statusCode: 407 } });
    const asked = await stage.scf.invoke('long-reply', { length: 1, filling: 'x'.repeat(limit) });
    expect(asked).toMatchObject({ error: { statusCode: 406 } });
  });

  it('has its output kept with the event that it belongs to', async () => {
    await replyOf(stage.scf, 'prints', { text: 'first' });
    await replyOf(stage.scf, 'prints', { text: 'second' });
    expect(stage.records.slice(-2).map(({ output }) => output.map(({ stream, text }) => `${stream} ${text}`))).toEqual([
      ['stdout first 1\n', 'stdout first 2\n', 'stderr first 3\n'],
      ['stdout second 1\n', 'stdout second 2\n', 'stderr second 3\n'],
    ]);
  });

  it('that calls back replies when its event loop is empty, or at once where it says so', async () => {
    expect(await replyOf(stage.scf, 'calls-back', { ms: 300, wait: true })).toBe('called back');
    expect(stage.records.at(-1)?.durationMs).toBeGreaterThan(290);
    expect(await replyOf(stage.scf, 'calls-back', { ms: 5_000, wait: false })).toBe('called back');
    expect(stage.records.at(-1)?.durationMs).toBeLessThan(1_000);
    const failed = await stage.scf.invoke('calls-back', { ms: 1, wait: false, fail: true });
    expect(failed).toMatchObject({ error: { statusCode: 430 } });
  });

  it('goes by the local cloud’s clock, whichever way it asks, and follows when that moves', async () => {
    const askAndCompare = async (): Promise<void> => {
      const told = (await replyOf(stage.scf, 'tells-time')) as Record<string, number | string | boolean>;
      const nowMs = stage.clock.now();
      for (const way of ['now', 'made', 'derived'])
        expect(Math.abs(Number(told[way]) - nowMs), way).toBeLessThan(2_000);
      expect(Math.abs(Number(told['text']) - nowMs)).toBeLessThan(3_000);
      expect(told).toMatchObject({ fixed: '1970-01-01T00:00:00.000Z', isDate: true, utc: Date.UTC(2026, 0, 1) });
    };
    await askAndCompare();
    stage.clock.shift(40 * 86_400_000);
    await askAndCompare();
  });
});

describe('instances', () => {
  it('of a cold-start setting serve one event each', async () => {
    const stage = await startStage(fixtures.distFolder, { echo: {} }, { coldStarts: 'always' });
    const calls = [await replyOf(stage.scf, 'echo'), await replyOf(stage.scf, 'echo')] as { calls: number }[];
    expect(calls.map(({ calls: count }) => count)).toEqual([1, 1]);
    await stage.close();
  });

  it('that were idle for long are reaped', async () => {
    const stage = await startStage(fixtures.distFolder, { echo: {} });
    await replyOf(stage.scf, 'echo');
    expect(stage.scf.instances()).toMatchObject([{ functionName: 'echo', state: 'idle' }]);
    stage.clock.shift(301_000);
    await expect.poll(() => stage.scf.instances(), { timeout: 8_000 }).toEqual([]);
    await stage.close();
  });

  it('wait for each other where the machine allows fewer than the platform would', async () => {
    const stage = await startStage(fixtures.distFolder, { sleeps: {} }, { maxThreads: 1 });
    const results = await Promise.all([1, 2, 3].map(() => stage.scf.invoke('sleeps', { ms: 20 })));
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(stage.scf.instances()).toHaveLength(1);
    await stage.close();
  });

  it('of functions that reserve nothing share what the reservations leave, and one more is refused (432)', async () => {
    const reserved = { memoryMb: 1280, reservedConcurrency: 99 };
    const entries = { echo: reserved, sleeps: { memoryMb: 640 }, prints: { memoryMb: 640 } };
    const stage = await startStage(fixtures.distFolder, entries);
    const asleep = [1, 2].map(() => stage.scf.invoke('sleeps', { ms: 300 }));
    expect(await stage.scf.invoke('prints', {})).toMatchObject({
      error: { statusCode: 432, errorMessage: expect.stringContaining('not reserved, 1280 MB') },
    });
    expect(await replyOf(stage.scf, 'echo')).toBeDefined();
    expect((await Promise.all(asleep)).map(({ ok }) => ok)).toEqual([true, true]);
    expect(await stage.scf.invoke('prints', {})).toMatchObject({ ok: true });
    await stage.close();
  });

  it('take with them what they started, frozen or not', async () => {
    const stage = await startStage(fixtures.distFolder, { 'starts-child': { memoryMb: 1024 } });
    const pid = Number(await replyOf(stage.scf, 'starts-child'));
    expect(isRunning(pid)).toBe(true);
    await stage.close();
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  it('are not started with an environment that the platform refuses', async () => {
    const environmentOf = () => ({ BIG: 'x'.repeat(4096), 'NOT-A-KEY': '', SCF_OWN: '1' });
    const stage = await startStage(fixtures.distFolder, { echo: {} }, { environmentOf });
    const result = await stage.scf.invoke('echo', {});
    expect(result.ok ? '' : result.error.errorMessage).toMatch(
      /NOT-A-KEY must match.*takes 4108 bytes, the platform allows 4096/,
    );
    await stage.close();
  });

  it('of a function that cannot be loaded answer 430 with the reason', async () => {
    const stage = await startStage(fixtures.distFolder, { echo: { handler: 'index.other' }, absent: {} });
    for (const name of ['echo', 'absent']) {
      expect(await stage.scf.invoke(name, {})).toMatchObject({ error: { statusCode: 430 } });
    }
    expect(await stage.scf.invoke('unknown', {})).toMatchObject({ error: { statusCode: 435 } });
    expect(stage.scf.instances()).toEqual([]);
    await stage.close();
  });

  it('are not for production', async () => {
    process.env['NODE_ENV'] = 'production';
    await expect(startStage(fixtures.distFolder, {})).rejects.toThrow('NODE_ENV=production');
    process.env['NODE_ENV'] = 'test';
  });

  it('cost a warm call less than a millisecond', async () => {
    const stage = await startStage(fixtures.distFolder, { 'long-reply': {} });
    const timesMs: number[] = [];
    for (let count = 0; count < 300; count++) {
      const startedMs = performance.now();
      await stage.scf.invoke('long-reply', { length: 100 });
      timesMs.push(performance.now() - startedMs);
    }
    await stage.close();
    const median = timesMs.sort((a, b) => a - b)[150] ?? Number.NaN;
    expect(median).toBeLessThan(1);
  });
});
