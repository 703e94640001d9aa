import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type COS from 'cos-nodejs-sdk-v5';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { at, bucket, openTestCos, region, type TestCos } from './local-cos.ts';

const md5 = (bytes: Buffer) => `"${createHash('md5').update(bytes).digest('hex')}"`;
const source = (key: string) => `${bucket}.cos.${region}.myqcloud.com/${encodeURIComponent(key)}`;
const whole = { Bucket: bucket, Region: region };

describe('the official SDK on the local COS', () => {
  let cos: TestCos;
  beforeAll(async () => {
    cos = await openTestCos();
  });
  afterEach(() => expect(cos.bugs).toEqual([]));
  afterAll(() => cos.remove());

  it.each([
    'plain.jpg',
    'a/b/c',
    '中 文/照片 (1)!*~.jpg',
    'a+b&c=d;e?f#g%2f',
    '../../etc/passwd',
    'a//b',
    '长'.repeat(283),
  ])('puts, heads, gets and deletes the key %.40j', async (key) => {
    const Body = randomBytes(3000);
    const put = await cos.sdk.putObject({ ...at(key), Body, ContentType: 'image/jpeg', 'x-cos-meta-task': 't1' });
    expect(put.ETag).toBe(md5(Body));
    const head = await cos.sdk.headObject(at(key));
    expect(head.headers).toMatchObject({
      'content-length': '3000',
      'content-type': 'image/jpeg',
      'x-cos-meta-task': 't1',
    });
    const get = await cos.sdkWith({ ObjectKeySimplifyCheck: false }).getObject(at(key));
    expect(get.Body.equals(Body)).toBe(true);
    expect(get.ETag).toBe(md5(Body));
    const deleted = await cos.sdk.deleteObject(at(key));
    expect(deleted.statusCode).toBe(204);
    await expect(cos.sdk.headObject(at(key))).rejects.toMatchObject({ statusCode: 404 });
    await expect(cos.sdk.getObject(at('gone'))).rejects.toMatchObject({ statusCode: 404, code: 'NoSuchKey' });
  });

  /** Unfinished uploads; the SDK's typings ask for more than it does. */
  const uploads = async (Prefix: string) => {
    const list = await (cos.sdk.multipartList({ ...whole, Prefix, Delimiter: '' }) as Promise<COS.MultipartListResult>);
    return list.Upload;
  };

  it('stores an object of no bytes', async () => {
    await cos.sdk.putObject({ ...at('empty'), Body: Buffer.alloc(0) });
    expect((await cos.sdk.getObject(at('empty'))).Body.length).toBe(0);
  });

  it('refuses a key longer than 850 bytes', async () => {
    const long = at('k'.repeat(851));
    await expect(cos.sdk.putObject({ ...long, Body: 'x' })).rejects.toMatchObject({ code: 'KeyTooLong' });
  });

  it('overwrites whole objects, even while the old one is read', async () => {
    const [old, young] = [randomBytes(4_000_000), randomBytes(10)];
    await cos.sdk.putObject({ ...at('over'), Body: old });
    const reading = cos.sdk.getObject(at('over'));
    const writing = cos.sdk.putObject({ ...at('over'), Body: young });
    const [read] = await Promise.all([reading, writing]);
    expect([md5(old), md5(young)]).toContain(md5(read.Body));
    expect((await cos.sdk.getObject(at('over'))).Body.equals(young)).toBe(true);
  });

  it('keeps no bytes of what was overwritten, deleted or copied over', async () => {
    const files = () => readdirSync(join(cos.dataFolder, bucket, 'blobs')).length;
    const before = files();
    for (const Body of ['one', 'two', 'three']) await cos.sdk.putObject({ ...at('bytes'), Body });
    await cos.sdk.putObject({ ...at('bytes2'), Body: 'x' });
    await cos.sdk.putObjectCopy({ ...at('bytes2'), CopySource: source('bytes') });
    expect(files()).toBe(before + 2);
    await cos.sdk.deleteObject(at('bytes'));
    expect((await cos.sdk.getObject(at('bytes2'))).Body.toString()).toBe('three');
    await cos.sdk.deleteObject(at('bytes2'));
    expect(files()).toBe(before);
  });

  it('gives ranges', async () => {
    await cos.sdk.putObject({ ...at('range'), Body: '0123456789' });
    const get = (Range: string) => cos.sdk.getObject({ ...at('range'), Range });
    expect((await get('bytes=2-4')).Body.toString()).toBe('234');
    expect((await get('bytes=7-')).Body.toString()).toBe('789');
    expect((await get('bytes=-3')).Body.toString()).toBe('789');
    expect((await get('bytes=8-99')).headers).toMatchObject({ 'content-range': 'bytes 8-9/10', 'content-length': '2' });
    await expect(get('bytes=10-11')).rejects.toMatchObject({ statusCode: 416, code: 'InvalidRange' });
  });

  it('answers conditions', async () => {
    const { ETag } = await cos.sdk.putObject({ ...at('cond'), Body: 'x' });
    expect((await cos.sdk.getObject({ ...at('cond'), IfMatch: ETag })).statusCode).toBe(200);
    await expect(cos.sdk.getObject({ ...at('cond'), IfMatch: '"other"' })).rejects.toMatchObject({ statusCode: 412 });
    await expect(cos.sdk.getObject({ ...at('cond'), IfNoneMatch: ETag })).rejects.toMatchObject({ statusCode: 304 });
    expect((await cos.sdk.getObject({ ...at('cond'), IfNoneMatch: '"other"' })).statusCode).toBe(200);
    const now = new Date(Date.now() + 1000).toUTCString();
    expect(await cos.sdk.getObject({ ...at('cond'), IfModifiedSince: now })).toMatchObject({ NotModified: true });
    const exactly = String((await cos.sdk.headObject(at('cond'))).headers?.['last-modified']);
    expect(await cos.sdk.getObject({ ...at('cond'), IfModifiedSince: exactly })).toMatchObject({ NotModified: true });
    expect((await cos.sdk.getObject({ ...at('cond'), IfUnmodifiedSince: exactly })).statusCode).toBe(200);
    const past = new Date(0).toUTCString();
    const unmodified = cos.sdk.getObject({ ...at('cond'), IfUnmodifiedSince: past });
    await expect(unmodified).rejects.toMatchObject({ statusCode: 412, code: 'PreconditionFailed' });
  });

  it('replaces response headers that were asked for, and always downloads', async () => {
    await cos.sdk.putObject({ ...at('resp'), Body: 'x', ContentType: 'image/png' });
    const { headers } = await cos.sdk.getObject({
      ...at('resp'),
      ResponseContentType: 'text/x-odd; a="b c"',
      ResponseContentDisposition: "attachment; filename*=UTF-8''%E8%A1%A3.jpg",
    });
    expect(headers).toMatchObject({
      'content-type': 'text/x-odd; a="b c"',
      'content-disposition': "attachment; filename*=UTF-8''%E8%A1%A3.jpg",
    });
    expect((await cos.sdk.headObject(at('resp'))).headers).toMatchObject({ 'content-disposition': 'attachment' });
  });

  it('copies, with the source’s conditions', async () => {
    const { ETag } = await cos.sdk.putObject({ ...at('src 中.jpg'), Body: 'pixels', ContentType: 'image/jpeg' });
    const copy = await cos.sdk.putObjectCopy({
      ...at('dst'),
      CopySource: source('src 中.jpg'),
      CopySourceIfMatch: ETag,
    });
    expect(copy.ETag).toBe(ETag);
    const { Body, headers } = await cos.sdk.getObject(at('dst'));
    expect([Body.toString(), headers?.['content-type']]).toEqual(['pixels', 'image/jpeg']);
    await cos.sdk.deleteObject(at('src 中.jpg'));
    expect((await cos.sdk.getObject(at('dst'))).Body.toString()).toBe('pixels');

    const stale = cos.sdk.putObjectCopy({ ...at('x'), CopySource: source('dst'), CopySourceIfMatch: '"other"' });
    await expect(stale).rejects.toMatchObject({ statusCode: 412 });
    const missing = cos.sdk.putObjectCopy({ ...at('x'), CopySource: source('none') });
    await expect(missing).rejects.toMatchObject({ code: 'NoSuchKey' });
    const itself = cos.sdk.putObjectCopy({ ...at('dst'), CopySource: source('dst') });
    await expect(itself).rejects.toMatchObject({ code: 'InvalidRequest' });
    const replaced = {
      ...at('dst'),
      CopySource: source('dst'),
      MetadataDirective: 'Replaced',
      ContentType: 'image/png',
    } as const;
    await cos.sdk.putObjectCopy(replaced);
    expect((await cos.sdk.headObject(at('dst'))).headers).toMatchObject({ 'content-type': 'image/png' });
    await expect(cos.sdk.headObject(at('x'))).rejects.toMatchObject({ statusCode: 404 });
  });

  it('checks Content-MD5', async () => {
    const wrong = createHash('md5').update('other').digest('base64');
    const put = (ContentMD5: string) =>
      cos.sdk.putObject({ ...at('md5'), Body: 'x', Headers: { 'Content-MD5': ContentMD5 } });
    await expect(put(wrong)).rejects.toMatchObject({ code: 'BadDigest' });
    await expect(put('no')).rejects.toMatchObject({ code: 'InvalidDigest' });
    await expect(cos.sdk.headObject(at('md5'))).rejects.toMatchObject({ statusCode: 404 });
    await cos.sdkWith({ UploadCheckContentMd5: true }).putObject({ ...at('md5'), Body: 'x' });
  });

  it('does not overwrite where that is forbidden', async () => {
    const put = () => cos.sdk.putObject({ ...at('once'), Body: 'x', Headers: { 'x-cos-forbid-overwrite': 'true' } });
    await put();
    await expect(put()).rejects.toMatchObject({ statusCode: 409, code: 'FileAlreadyExists' });
  });

  it('takes a sliced upload, whose parts come at once and out of order', async () => {
    const bytes = randomBytes(3_500_000);
    const FilePath = join(cos.dataFolder, 'big.bin');
    writeFileSync(FilePath, bytes);
    const done = await cos.sdk.sliceUploadFile({ ...at('big.bin'), FilePath, SliceSize: 1, ChunkSize: 1024 * 1024 });
    expect(done.ETag).toMatch(/^"[0-9a-f]{32}-4"$/);
    // The SDK writes its resume state 400 ms late, and would make the folder again after the test has removed it.
    const state = join(cos.dataFolder, 'cos-nodejs-sdk-v5-storage.json');
    await vi.waitFor(() => expect(existsSync(state)).toBe(true), { timeout: 3_000 });
    const { Body, ETag } = await cos.sdk.getObject(at('big.bin'));
    expect(Body.equals(bytes)).toBe(true);
    expect(ETag).toBe(done.ETag);
    expect(await uploads('')).toEqual([]);
  });

  it('keeps parts until they are completed or aborted, and refuses a wrong list', async () => {
    const { UploadId } = await cos.sdk.multipartInit({ ...at('mp'), ContentType: 'video/mp4' });
    const part = (PartNumber: number, Body: Buffer) =>
      cos.sdk.multipartUpload({ ...at('mp'), UploadId, PartNumber, Body });
    const big = randomBytes(1024 * 1024);
    await part(1, randomBytes(50));
    const one = await part(1, big);
    const two = await part(2, Buffer.from('tail'));
    expect((await cos.sdk.multipartListPart({ ...at('mp'), UploadId })).Part).toMatchObject([
      { PartNumber: '1', ETag: one.ETag, Size: String(big.length) },
      { PartNumber: '2', ETag: two.ETag, Size: '4' },
    ]);
    expect((await cos.sdk.multipartListPart({ ...at('mp'), UploadId, MaxParts: 1 })).NextPartNumberMarker).toBe('1');
    expect(await uploads('m')).toMatchObject([{ Key: 'mp', UploadId }]);
    const complete = (Parts: COS.Part[]) => cos.sdk.multipartComplete({ ...at('mp'), UploadId, Parts });
    const [first, second] = [
      { PartNumber: 1, ETag: one.ETag },
      { PartNumber: 2, ETag: two.ETag },
    ];
    await expect(complete([second, first])).rejects.toMatchObject({ code: 'InvalidPartOrder' });
    await expect(complete([{ ...first, ETag: two.ETag }])).rejects.toMatchObject({ code: 'InvalidPart' });
    await expect(complete([first, second, { ...first, PartNumber: 3 }])).rejects.toMatchObject({ code: 'InvalidPart' });
    await expect(cos.sdk.headObject(at('mp'))).rejects.toMatchObject({ statusCode: 404 });
    await complete([first, second]);
    expect((await cos.sdk.headObject(at('mp'))).headers).toMatchObject({
      'content-length': String(big.length + 4),
      'content-type': 'video/mp4',
    });
    await expect(part(3, big)).rejects.toMatchObject({ code: 'NoSuchUpload' });
  });

  it('refuses small parts, and forgets an aborted upload', async () => {
    const { UploadId } = await cos.sdk.multipartInit(at('small'));
    const parts: COS.Part[] = [];
    for (const PartNumber of [1, 2]) {
      const { ETag } = await cos.sdk.multipartUpload({
        ...at('small'),
        UploadId,
        PartNumber,
        Body: `part ${PartNumber}`,
      });
      parts.push({ PartNumber, ETag });
    }
    const complete = () => cos.sdk.multipartComplete({ ...at('small'), UploadId, Parts: parts });
    await expect(complete()).rejects.toMatchObject({ code: 'EntityTooSmall' });
    await cos.sdk.multipartAbort({ ...at('small'), UploadId });
    await expect(complete()).rejects.toMatchObject({ statusCode: 404, code: 'NoSuchUpload' });
  });

  it('lists by prefix, delimiter and page', async () => {
    const keys = ['l/a/1', 'l/a/2', 'l/b', 'l/c/1', 'l/d', 'l/中&<文>'];
    for (const key of keys) await cos.sdk.putObject({ ...at(key), Body: key });
    const list = (more: object) => cos.sdk.getBucket({ ...whole, Prefix: 'l/', ...more });
    expect((await list({})).Contents.map(({ Key }) => Key)).toEqual(keys);
    const folded = await list({ Delimiter: '/' });
    expect(folded.Contents.map(({ Key }) => Key)).toEqual(['l/b', 'l/d', 'l/中&<文>']);
    expect(folded.CommonPrefixes.map(({ Prefix }) => Prefix)).toEqual(['l/a/', 'l/c/']);
    const seen: string[] = [];
    let Marker: string | undefined = '';
    while (Marker !== undefined) {
      const page: COS.GetBucketResult = await list({ Delimiter: '/', MaxKeys: 2, Marker });
      seen.push(...page.CommonPrefixes.map(({ Prefix }) => Prefix), ...page.Contents.map(({ Key }) => Key));
      Marker = page.IsTruncated === 'true' ? page.NextMarker : undefined;
    }
    expect(seen).toEqual(['l/a/', 'l/b', 'l/c/', 'l/d', 'l/中&<文>']);
    const encoded = await list({ EncodingType: 'url', Prefix: 'l/中' });
    expect(encoded.Contents.map(({ Key }) => Key)).toEqual([encodeURIComponent('l/中&<文>')]);
  });

  it('keeps CORS and lifecycle rules', async () => {
    expect((await cos.sdk.getBucketCors(whole)).CORSRules).toEqual([]);
    const CORSRules = [
      {
        AllowedOrigins: ['https://a.example'],
        AllowedMethods: ['PUT' as const],
        AllowedHeaders: ['*'],
        ExposeHeaders: ['ETag'],
        MaxAgeSeconds: '600',
      },
    ];
    await cos.sdk.putBucketCors({ ...whole, CORSRules: CORSRules as unknown as COS.CORSRule[] });
    expect((await cos.sdk.getBucketCors(whole)).CORSRules).toEqual(CORSRules);
    await cos.sdk.deleteBucketCors(whole);
    expect((await cos.sdk.getBucketCors(whole)).CORSRules).toEqual([]);

    const rule = { ID: 'r', Status: 'Enabled' as const, Filter: { Prefix: 'work/' }, Expiration: { Days: '1' } };
    expect((await cos.sdk.getBucketLifecycle(whole)).Rules).toEqual([]);
    await cos.sdk.putBucketLifecycle({ ...whole, Rules: [rule] });
    expect((await cos.sdk.getBucketLifecycle(whole)).Rules).toEqual([rule]);
    await cos.sdk.deleteBucketLifecycle(whole);
    const moved = { ...rule, Transition: { Days: 30, StorageClass: 'ARCHIVE' } };
    const put = cos.sdk.putBucketLifecycle({ ...whole, Rules: [moved] as unknown as COS.LifecycleRule[] });
    await expect(put).rejects.toMatchObject({ code: 'NotImplemented' });
  });

  it('is also reached by COS’s own host names, as through a proxy', async () => {
    const proxied = cos.sdkWith({ Domain: '', Proxy: cos.url });
    await proxied.putObject({ ...at('by/中 host'), Body: 'x' });
    expect((await cos.sdk.getObject(at('by/中 host'))).Body.toString()).toBe('x');
    expect((await proxied.getBucket({ ...whole, Prefix: 'by/' })).Contents).toHaveLength(1);
  });

  it('knows its buckets only, and keeps them apart', async () => {
    const other = { ...at('apart'), Bucket: bucket.replace('yiying', 'other') };
    await cos.sdk.putObject({ ...other, Body: 'x' });
    await expect(cos.sdk.headObject(at('apart'))).rejects.toMatchObject({ statusCode: 404 });
    const unknown = cos.sdk.getObject({ ...at('x'), Bucket: 'nobody-1250000000' });
    await expect(unknown).rejects.toMatchObject({ statusCode: 404, code: 'NoSuchBucket' });
    expect((await cos.sdk.headBucket(whole)).statusCode).toBe(200);
  });
});
