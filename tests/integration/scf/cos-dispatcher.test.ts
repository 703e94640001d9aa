import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CosEvent } from '../../../scripts/local/cos/cos-event.ts';
import { createCosDispatcher } from '../../../scripts/local/scf/cos-dispatcher.ts';
import { buildFixtures, type ScfStage, startStage } from './scf-stage.ts';

let fixtures: Awaited<ReturnType<typeof buildFixtures>>;
let stage: ScfStage;
beforeAll(async () => {
  fixtures = await buildFixtures();
});
beforeEach(async () => {
  const bucket = 'photos-1250000000';
  stage = await startStage(fixtures.distFolder, {
    echo: { cos: [{ bucket, events: 'cos:ObjectCreated:*', prefix: 'inputs/', suffix: '' }] },
    fails: { cos: [{ bucket, events: 'cos:ObjectRemove:Delete', prefix: 'work/', suffix: '.json' }] },
  });
});
afterEach(() => stage.close());
afterAll(() => fixtures.remove());

const event = (key: string, eventName = 'cos:ObjectCreated:Put', name = 'photos') =>
  ({
    Records: [
      {
        cos: { cosBucket: { appid: '1250000000', name }, cosObject: { key: `/1250000000/${name}/${key}` } },
        event: { eventName, eventQueue: 'qcs:0:scf:ap-guangzhou:appid/1250000000:default.unaddressed.$DEFAULT' },
      },
    ],
  }) as unknown as CosEvent; // only what the dispatcher reads

async function calledFor(one: CosEvent): Promise<string[]> {
  createCosDispatcher(stage.service, stage.scf)('photos', one);
  await stage.scf.settled();
  return stage.records.splice(0).map(({ functionName }) => functionName);
}

describe('an object’s event', () => {
  it.each([
    ['inputs/tsk_1/0', 'cos:ObjectCreated:Put', ['echo']],
    ['inputs/tsk_1/0', 'cos:ObjectCreated:CompleteMultipartUpload', ['echo']],
    ['inputs/tsk_1/0', 'cos:ObjectRemove:Delete', []],
    ['work/a.json', 'cos:ObjectRemove:Delete', ['fails']],
    ['work/a.txt', 'cos:ObjectRemove:Delete', []],
    ['work/a.json', 'cos:ObjectRemove:DeleteMarkerCreated', []],
    ['outputs/a', 'cos:ObjectCreated:Put', []],
    ['x/inputs/a', 'cos:ObjectCreated:Put', []],
  ])('of %s, %s calls %j', async (key, eventName, expected) => {
    expect(await calledFor(event(key, eventName))).toEqual(expected);
  });

  it('of another bucket calls nothing', async () => {
    expect(await calledFor(event('inputs/a', 'cos:ObjectCreated:Put', 'other'))).toEqual([]);
  });

  it('names the function that it is delivered to', async () => {
    createCosDispatcher(stage.service, stage.scf)('photos', event('inputs/a'));
    await stage.scf.settled();
    const { Records } = JSON.parse(stage.records[0]?.eventText ?? '') as CosEvent;
    expect(Records[0]?.event.eventQueue).toContain(':fixtures-test.echo.$DEFAULT');
  });
});
