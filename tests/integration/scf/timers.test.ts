import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTimers, type Timers } from '../../../scripts/local/scf/timers.ts';
import { buildFixtures, type ScfStage, startStage } from './scf-stage.ts';

let fixtures: Awaited<ReturnType<typeof buildFixtures>>;
let stage: ScfStage;
let timers: Timers;
beforeAll(async () => {
  fixtures = await buildFixtures();
});
afterEach(async () => {
  timers.close();
  await stage.close();
});
afterAll(() => fixtures.remove());

async function start(cron: string): Promise<void> {
  stage = await startStage(fixtures.distFolder, { echo: { timers: [{ name: 'tick', cron, message: 'why' }] } });
  timers = startTimers(stage);
}

describe('a timer', () => {
  it('hands over its event at each time of its schedule while the clock advances', async () => {
    await start('*/20 * * * * * *');
    await stage.scheduler.advance(5 * 60_000);
    expect(stage.records.length).toBeGreaterThanOrEqual(14);
    expect(stage.records.length).toBeLessThanOrEqual(16);
    const event = JSON.parse(stage.records[0]?.eventText ?? '') as Record<string, string>;
    expect(event).toEqual({ Type: 'Timer', TriggerName: 'tick', Time: expect.any(String), Message: 'why' });
    expect(event['Time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:[024]0Z$/);
  });

  it('goes by China’s wall clock', async () => {
    await start('0 0 3 * * * *');
    await stage.scheduler.advance(86_400_000);
    expect(stage.records).toHaveLength(1);
    expect(JSON.parse(stage.records[0]?.eventText ?? '').Time).toMatch(/T19:00:00Z$/);
  });

  it('can be fired out of turn; an unknown name is an error', async () => {
    await start('0 0 3 1 1 * 2090');
    expect(await timers.fireNow('tick')).toEqual({ ok: true, attempts: 1 });
    expect(() => timers.fireNow('tock')).toThrow('no timer is called tock');
  });
});
