import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import COS from 'cos-nodejs-sdk-v5';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LocalCos, startLocalCos } from '../../../scripts/local/cos/start-local-cos.ts';
import { ciStandin } from '../../../scripts/local/tencent-engines/ci-standin.ts';
import { drawPictures } from '../../../scripts/local/tencent-engines/draw-pictures.ts';
import { presignUrl } from '../../../shared/cos/sign-url.ts';
import { photo } from '../../fixtures/task-stage.ts';

const credentials = { secretId: `AKID${randomBytes(8).toString('hex')}`, secretKey: randomBytes(16).toString('hex') };
const place = { bucket: 'photos-1250000000', region: 'ap-guangzhou' };
const dataFolder = mkdtempSync(join(tmpdir(), 'pictures-'));
let cos: LocalCos;
let sdk: COS;
beforeAll(async () => {
  cos = await startLocalCos({
    ...{
      dataFolder,
      appId: '1250000000',
      region: place.region,
      clock: () => Date.now(),
      buckets: [{ name: 'photos' }],
    },
    secretKeyOf: (id) => (id === credentials.secretId ? credentials : undefined),
    processPicture: ciStandin({ drawing: drawPictures }),
  });
  const at = { Domain: `127.0.0.1:${cos.port}/{Bucket}`, Protocol: 'http:' as const, ConfCwd: dataFolder };
  sdk = new COS({ SecretId: credentials.secretId, SecretKey: credentials.secretKey, ...at });
  const target = { Bucket: place.bucket, Region: place.region };
  await sdk.putObject({ ...target, Key: 'a/photo.jpg', Body: await photo() });
  const wide = sharp({ create: { width: 2600, height: 80, channels: 3, background: '#808080' } }).png();
  await sdk.putObject({ ...target, Key: 'a/wide.png', Body: await wide.toBuffer() });
  await sdk.putObject({ ...target, Key: 'a/heavy.jpg', Body: Buffer.alloc(5 * 1024 * 1024 + 1) });
});
afterAll(async () => {
  await cos.close();
  rmSync(dataFolder, { recursive: true, force: true });
});

const operations = (rule: string, fileid = '/made/photo.png') => JSON.stringify({ rules: [{ fileid, rule }] });

/** As tencent-ci.ts signs it, or with a header that is not signed. @returns status and code, or key and format */
async function ask(header: string | undefined, { signed = true, key = 'a/photo.jpg' } = {}): Promise<string> {
  const sent = header === undefined ? {} : { 'Pic-Operations': header };
  const access = { ...place, endpoint: cos.url, credentials, nowMs: Date.now(), expiresSeconds: 60 };
  const request = { key, method: 'POST' as const, query: { image_process: '' }, headers: signed ? sent : {} };
  const { url } = presignUrl({ ...access, ...request });
  const reply = await fetch(url, { method: 'POST', headers: sent });
  const body = await reply.text();
  const [first, second] = ['Code', 'ProcessResults><Object><Key', 'Format'].flatMap(
    (name) => new RegExp(`<${name}>([^<]*)<`).exec(body)?.[1] ?? [],
  );
  return [reply.status, reply.headers.get('x-errno'), first, second].filter(Boolean).join(' ');
}

it("COS's own SDK and our request are answered alike", async () => {
  const rule = 'ci-process=GoodsMatting&center-layout=1&padding-layout=20x10';
  const headers = { 'Pic-Operations': operations(rule) };
  const target = {
    Bucket: place.bucket,
    Region: place.region,
    Key: 'a/photo.jpg',
    Method: 'POST',
    Action: 'image_process',
  };
  const answer = (await sdk.request({ ...target, Headers: headers })) as { statusCode?: number };
  expect(answer.statusCode).toBe(200);
  expect(await ask(operations(rule))).toBe('200 made/photo.png PNG');
  const kept = cos.read(place.bucket, 'made/photo.png');
  expect(await sharp(kept ?? undefined).metadata()).toMatchObject({ format: 'png', hasAlpha: true, width: 320 });
  expect(await ask(operations('imageMogr2/format/jpg', 'beside.jpg'))).toBe('200 a/beside.jpg JPEG');
});

it.each([
  [
    'what says where to write is not signed',
    operations('ci-process=GoodsMatting'),
    { signed: false },
    '403 AccessDenied',
  ],
  ['no operations', undefined, {}, '400 InvalidArgument'],
  ['operations that are no JSON', '{', {}, '400 InvalidArgument'],
  [
    'six rules',
    JSON.stringify({ rules: Array.from({ length: 6 }, () => ({ fileid: 'a', rule: 'b' })) }),
    {},
    '400 InvalidArgument',
  ],
  ['a result without a name', operations('ci-process=GoodsMatting', 'made/'), {}, '400 InvalidArgument'],
  ['no such picture', operations('ci-process=GoodsMatting'), { key: 'a/none.jpg' }, '404 NoSuchKey'],
  ['an unknown job', operations('ci-process=Nothing'), {}, '400 -106 InvalidArgument'],
  ['a strength over 5', operations('ci-process=AIEnhanceImage&denoise=6'), {}, '400 -106 InvalidArgument'],
  ['three times as large', operations('ci-process=AISuperResolution&magnify=3'), {}, '400 -106 InvalidArgument'],
  ['a margin over 1000', operations('ci-process=GoodsMatting&padding-layout=1001x0'), {}, '400 -106 InvalidArgument'],
  ['a repair without a mask', operations('ci-process=ImageRepair'), {}, '400 -106 InvalidArgument'],
  [
    'a result over 9999 pixels',
    operations('ci-process=AISuperResolution&magnify=4'),
    { key: 'a/wide.png' },
    '400 -442 InvalidArgument',
  ],
  ['over 5 MB to enhance', operations('ci-process=AIEnhanceImage'), { key: 'a/heavy.jpg' }, '400 -167 InvalidArgument'],
])('%s: refused', async (_name, header, how, answer) => {
  expect(await ask(header, how)).toBe(answer);
});
