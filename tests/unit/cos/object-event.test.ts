import { describe, expect, it } from 'vitest';
import { ObjectEventMalformed, parseObjectEvent } from '../../../shared/cos/object-event.ts';
import documented from './fixtures/documented-event.json' with { type: 'json' };
import production from './fixtures/production-event.json' with { type: 'json' };

// biome-ignore lint/suspicious/noExplicitAny: the events are damaged on purpose, in every place
const changed = (change: (record: Record<string, any>) => void): unknown => {
  const copy = structuredClone(production);
  change(copy.Records[0]!);
  return copy;
};

describe('parseObjectEvent', () => {
  it('reads the event that production sends', () => {
    expect(parseObjectEvent(production)).toEqual([
      {
        bucket: 'fanyi-1309725374',
        region: 'ap-shanghai',
        key: 'video/inputs/HappyLunarNewYear.mp4',
        etag: '"eb6cf523ae4d528e72f2d11f3a91cd40"',
        sizeBytes: 2561690,
        eventName: 'cos:ObjectCreated:Put',
        requestId: 'NjIxNjY0YzhfYzMyNjgwOV8xMmEyXzNhNjBmNGY=',
      },
    ]);
  });

  it('reads the event of the documentation, whose region is a short name everywhere but in the URL', () => {
    expect(parseObjectEvent(documented)).toEqual([
      {
        bucket: 'testpic-1253970026',
        region: 'ap-chengdu',
        key: 'testfile',
        sizeBytes: 1029,
        eventName: 'cos:ObjectCreated:*',
        requestId: 'NWMxOWY4MGFfMjViMjU4NjRfMTUyMVxxxxxxxxx=',
      },
    ]);
  });

  it('takes the region from the queue when the bucket does not name it', () => {
    const event = changed((record) => {
      delete record['cos'].cosBucket.cosRegion;
      record['cos'].cosObject.url = 'http://cdn.example.com/x';
    });
    expect(parseObjectEvent(event)[0]?.region).toBe('ap-shanghai');
  });

  it('reads every record of a batch, in order', () => {
    const event = { Records: [...production.Records, ...documented.Records] };
    expect(parseObjectEvent(event).map(({ key }) => key)).toEqual(['video/inputs/HappyLunarNewYear.mp4', 'testfile']);
  });

  it('strips the bucket from the key once only', () => {
    const event = changed((record) => {
      record['cos'].cosObject.key = '/1309725374/fanyi/1309725374/fanyi/a';
    });
    expect(parseObjectEvent(event)[0]?.key).toBe('1309725374/fanyi/a');
  });

  it('says the same whatever reqid says', () => {
    const event = changed((record) => {
      record['event'].reqid = 'x';
    });
    expect(parseObjectEvent(event)).toEqual(parseObjectEvent(production));
  });

  it('accepts an appid that is a number, and quotes a bare etag', () => {
    const event = changed((record) => {
      record['cos'].cosBucket.appid = 1309725374;
      record['cos'].cosObject.meta.ETag = 'abc';
    });
    expect(parseObjectEvent(event)[0]).toMatchObject({ bucket: 'fanyi-1309725374', etag: '"abc"' });
  });

  it.each([
    ['null', null, 'event'],
    ['an HTTP event', { httpMethod: 'GET' }, 'Records'],
    ['no records', { Records: [] }, 'Records'],
    ['a size that is text', changed((r) => (r['cos'].cosObject.size = '5')), 'Records.0.cos.cosObject.size'],
    ['a negative size', changed((r) => (r['cos'].cosObject.size = -1)), 'Records.0.cos.cosObject.size'],
    ['no event name', changed((r) => delete r['event'].eventName), 'Records.0.event.eventName'],
    ['another bucket’s key', changed((r) => (r['cos'].cosObject.key = '/1/x/a')), 'Records.0.cos.cosObject.key'],
    [
      'the bucket itself',
      changed((r) => (r['cos'].cosObject.key = '/1309725374/fanyi/')),
      'Records.0.cos.cosObject.key',
    ],
    ['a bucket name with a slash', changed((r) => (r['cos'].cosBucket.name = 'a/b')), 'Records.0.cos.cosBucket.name'],
  ])('refuses %s and names the field', (_what, event, field) => {
    expect(() => parseObjectEvent(event)).toThrow(ObjectEventMalformed);
    expect(() => parseObjectEvent(event)).toThrow(expect.objectContaining({ field }));
  });

  it('refuses an event whose region cannot be told', () => {
    const event = changed((record) => {
      record['cos'].cosBucket = { name: 'fanyi', appid: '1309725374', region: 'sh' };
      record['cos'].cosObject.url = '';
      record['event'].eventQueue = 'qcs:0:scf:sh:appid/1309725374:default.f.$LATEST';
    });
    expect(() => parseObjectEvent(event)).toThrow(/region/);
  });
});
