import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceFunction } from '../../../infra/serverless/service.ts';
import type { ScfSettings } from '../../../scripts/local/scf/scf.ts';
import { buildFixtures, type ScfStage, startStage } from './scf-stage.ts';

let fixtures: Awaited<ReturnType<typeof buildFixtures>>;
let stage: ScfStage;
beforeAll(async () => {
  fixtures = await buildFixtures();
});
afterEach(() => stage.close());
afterAll(() => fixtures.remove());

const MINUTE_MS = 60_000;

async function start(entry: Partial<ServiceFunction> = {}, settings: Partial<ScfSettings> = {}): Promise<ScfStage> {
  stage = await startStage(fixtures.distFolder, { fails: entry, sleeps: entry, 'long-reply': entry }, settings);
  return stage;
}

describe('an asynchronous event', () => {
  it('that is handled is delivered once', async () => {
    const { scf, scheduler, records } = await start();
    expect(await scf.invokeAsync('long-reply', { length: 1 }).done).toEqual({ ok: true, attempts: 1 });
    await scheduler.advance(60 * MINUTE_MS);
    expect(records).toHaveLength(1);
  });

  it('whose run fails is tried twice more, a minute apart, under its request id, and dropped', async () => {
    const { scf, scheduler, records } = await start();
    const { requestId, done } = scf.invokeAsync('fails', { how: 'throw' });
    await scf.settled();
    await scheduler.advance(59_000);
    expect(records).toHaveLength(1);
    await scheduler.advance(61_000 + MINUTE_MS);
    expect(await done).toMatchObject({ ok: false, attempts: 3, error: { statusCode: 430 } });
    expect(records.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(new Set(records.map((record) => record.requestId))).toEqual(new Set([requestId]));
    const gaps = records.slice(1).map(({ startedAtMs }, index) => startedAtMs - (records[index]?.startedAtMs ?? 0));
    for (const gap of gaps) expect(Math.abs(gap - MINUTE_MS)).toBeLessThan(2_000);
    await scheduler.advance(60 * MINUTE_MS);
    expect(records).toHaveLength(3);
  });

  it('is retried as often as the service says', async () => {
    const { scf, scheduler } = await start({ asyncInvoke: { retries: 0, maxAgeSeconds: 21_600 } });
    const { done } = scf.invokeAsync('fails', { how: 'throw' });
    await scheduler.advance(10 * MINUTE_MS);
    expect(await done).toMatchObject({ attempts: 1 });
  });

  it('that meets no free concurrency is tried every minute until there is some', async () => {
    const { scf, scheduler, records } = await start({ reservedConcurrency: 1 });
    const long = scf.invokeAsync('sleeps', { ms: 3_000 });
    const refused = scf.invokeAsync('sleeps', { ms: 1 });
    await expect.poll(() => records).toHaveLength(1);
    // A little over: each minute is counted from the end of the try before.
    await scheduler.advance(2 * MINUTE_MS + 10_000);
    expect(records.map(({ result }) => (result.ok ? 200 : result.error.statusCode))).toEqual([432, 432, 432]);
    await long.done;
    await scheduler.advance(MINUTE_MS);
    expect(await refused.done).toEqual({ ok: true, attempts: 4 });
  });

  it('that never finds any is dropped after its greatest age', async () => {
    const { scf, scheduler } = await start({ reservedConcurrency: 1, asyncInvoke: { retries: 2, maxAgeSeconds: 300 } });
    const long = scf.invokeAsync('sleeps', { ms: 1_500 });
    const refused = scf.invokeAsync('sleeps', { ms: 1 });
    await scheduler.advance(10 * MINUTE_MS);
    expect(await refused.done).toMatchObject({ ok: false, error: { statusCode: 432 } });
    await long.done;
  });

  it('over 128 KB is not accepted', async () => {
    const { scf, records } = await start();
    const event = { length: 1, filling: 'x'.repeat(128 * 1024) };
    expect(await scf.invokeAsync('long-reply', event).done).toMatchObject({
      ok: false,
      attempts: 0,
      error: { statusCode: 406 },
    });
    expect(records).toEqual([]);
  });

  it('may be lost or doubled where a test wants it', async () => {
    const copies = [0, 2];
    const { scf, records } = await start({}, { copiesOf: () => copies.shift() ?? 1 });
    expect(await scf.invokeAsync('long-reply', { length: 1 }).done).toMatchObject({ ok: false, attempts: 0 });
    expect(await scf.invokeAsync('long-reply', { length: 1 }).done).toMatchObject({ ok: true });
    expect(records).toHaveLength(2);
  });
});
