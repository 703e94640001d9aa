import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressedTo } from '../../../scripts/local/cos/cos-event.ts';
import { parseObjectEvent } from '../../../shared/cos/object-event.ts';
import production from '../../unit/cos/fixtures/production-event.json' with { type: 'json' };
import { appId, at, bucket, openTestCos, region, type TestCos } from './local-cos.ts';

/** The names of all fields, however deep, and the kind of each value. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, shapeOf(inner)]),
  );
}

describe('events', () => {
  let cos: TestCos;
  beforeAll(async () => {
    cos = await openTestCos();
  });
  afterAll(() => cos.remove());

  const take = () => cos.events.splice(0);

  it('have the very shape that production sends', async () => {
    const { ETag } = await cos.sdk.putObject({ ...at('inputs/a/0'), Body: '12345', ContentType: 'image/jpeg' });
    const [sent, ...more] = take();
    expect(more).toEqual([]);
    expect(sent?.bucket).toBe('yiying');
    expect(shapeOf(sent?.event)).toEqual(shapeOf(production));
    const record = sent!.event.Records[0]!;
    expect(record.cos.cosObject).toMatchObject({
      key: `/${appId}/yiying/inputs/a/0`,
      size: 5,
      url: `http://${bucket}.cos.${region}.myqcloud.com/inputs/a/0`,
      meta: { 'Content-Type': 'image/jpeg', ETag, 'x-cos-storage-class': 'Standard' },
    });
    expect(ETag).toMatch(/^".*"$/);
    expect(record.event).toMatchObject({ eventName: 'cos:ObjectCreated:Put', reqid: 0 });
    expect(parseObjectEvent(sent!.event)).toEqual([
      {
        bucket,
        region,
        key: 'inputs/a/0',
        etag: ETag,
        sizeBytes: 5,
        eventName: 'cos:ObjectCreated:Put',
        requestId: record.cos.cosObject.meta['x-cos-request-id'],
      },
    ]);
  });

  it('tell copies, multipart uploads and removals apart', async () => {
    await cos.sdk.putObject({ ...at('e1'), Body: 'x' });
    await cos.sdk.putObjectCopy({ ...at('e2'), CopySource: `${bucket}.cos.${region}.myqcloud.com/e1` });
    const { UploadId } = await cos.sdk.multipartInit(at('e3'));
    const { ETag } = await cos.sdk.multipartUpload({ ...at('e3'), UploadId, PartNumber: 1, Body: 'part' });
    await cos.sdk.multipartComplete({ ...at('e3'), UploadId, Parts: [{ PartNumber: 1, ETag }] });
    await cos.sdk.deleteObject(at('e1'));
    await cos.sdk.deleteObject(at('e1'));
    const seen = take().flatMap(({ event }) =>
      parseObjectEvent(event).map(({ eventName, key }) => `${eventName} ${key}`),
    );
    expect(seen).toEqual([
      'cos:ObjectCreated:Put e1',
      'cos:ObjectCreated:Copy e2',
      'cos:ObjectCreated:CompleteMultipartUpload e3',
      'cos:ObjectRemove:Delete e1',
    ]);
  });

  it('come for nothing that was refused', async () => {
    const before = cos.stats.events;
    await cos.sdk
      .putObject({ ...at('no'), Body: 'x', Headers: { 'Content-MD5': 'AAAAAAAAAAAAAAAAAAAAAA==' } })
      .catch(() => 0);
    await cos
      .sdkWith({ SecretKey: 'wrong' })
      .putObject({ ...at('no'), Body: 'x' })
      .catch(() => 0);
    expect(take()).toEqual([]);
    expect(cos.stats.events).toBe(before);
  });

  it('find the object there when they are told', async () => {
    await cos.sdk.putObject({ ...at('durable'), Body: 'x' });
    expect((await cos.sdk.headObject(at('durable'))).ETag).toBe(
      take()[0]!.event.Records[0]!.cos.cosObject.meta['ETag'],
    );
  });

  it('are addressed to a function in a copy', async () => {
    await cos.sdk.putObject({ ...at('addressed'), Body: 'x' });
    const { event } = take()[0]!;
    const before = structuredClone(event);
    const queue = addressedTo(event, 'yiying-dev-events', 'start-task').Records[0]!.event.eventQueue;
    expect(queue).toBe(`qcs:0:scf:${region}:appid/${appId}:yiying-dev-events.start-task.$DEFAULT`);
    expect(event).toEqual(before);
  });
});
