import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parseDemoArgs } from '../../../scripts/demo/parse-demo-args.ts';
import { STANDIN_ENGINES } from '../../../scripts/local/tencent-engines/standin-engines.ts';

const folder = mkdtempSync(join(tmpdir(), 'demo-args-'));
for (const name of ['b.JPG', 'a.png', 'notes.txt']) writeFileSync(join(folder, name), 'x');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const parse = (...args: string[]) => parseDemoArgs(args, folder);
const USUAL = {
  json: false,
  featureId: 'basic_clean',
  channel: 'wechat',
  refund: false,
  moderation: false,
  batch: false,
};

it.each([
  [[], { ...USUAL, photos: [] }],
  [
    ['--feature', 'storyboard_template', 'a.png'],
    { ...USUAL, featureId: 'storyboard_template', photos: [join(folder, 'a.png')] },
  ],
  [['--feature', 'product_video', '--json'], { ...USUAL, featureId: 'product_video', json: true, photos: [] }],
  [
    ['--feature', 'platform_pack', join(folder, 'b.JPG')],
    { ...USUAL, featureId: 'platform_pack', photos: [join(folder, 'b.JPG')] },
  ],
  [['--batch', '.'], { ...USUAL, batch: true, photos: [join(folder, 'a.png'), join(folder, 'b.JPG')] }],
  [
    ['--feature', 'model_pose12', '--engine', 'tencent-standin'],
    { ...USUAL, featureId: 'model_pose12', engines: STANDIN_ENGINES, photos: [] },
  ],
  [
    ['--engine', 'tencent-standin', '--feature', 'video_generate'],
    { ...USUAL, featureId: 'video_generate', engines: STANDIN_ENGINES, photos: [] },
  ],
  [
    ['--channel', 'alipay', '--refund', '--moderation', 'tencent-standin'],
    { ...USUAL, channel: 'alipay', refund: true, moderation: true, photos: [] },
  ],
] as const)('npm run demo -- %j', (args, wanted) => {
  expect(parse(...args)).toEqual(wanted);
});

it.each([
  [['--feature'], /--feature needs a value/],
  [['--feature', '--json'], /--feature needs a value/],
  [['--engine', 'openai'], /--engine is tencent-standin/],
  [['--moderation', 'none'], /--moderation is tencent-standin/],
  [['--channel', 'cash'], /--channel is wechat or alipay/],
  [['--jsno'], /unknown option --jsno/],
  [['none.jpg'], /there is no file .*none\.jpg/],
  [['.'], /is not a file/],
  [['--batch', 'none'], /there is no folder/],
] as const)('%j is refused with a line for its user', (args, line) => {
  expect(() => parse(...args)).toThrow(line);
});

it('a batch is of at most 100 pictures, and of one at least', () => {
  const many = mkdtempSync(join(folder, 'many-'));
  expect(() => parse('--batch', many)).toThrow(/holds no JPEG, PNG or WebP/);
  for (let n = 0; n < 100; n++) writeFileSync(join(many, `${n}.jpg`), '');
  expect(parse('--batch', many).photos).toHaveLength(100);
  writeFileSync(join(many, '100.webp'), '');
  expect(() => parse('--batch', many)).toThrow(/holds 101 pictures, a batch at most 100/);
});
