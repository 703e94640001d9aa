import { describe, expect, it } from 'vitest';
import { readLink, signedAt } from '../../../shared/tasks/read-link.ts';
import { isOfAi, type OutputRow } from '../../../shared/tasks/read-task.ts';
import { uploadSlots } from '../../../shared/tasks/upload-slots.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 4);
const bucket = {
  bucket: 'pictures-1250000000',
  region: 'ap-guangzhou',
  credentials: () => ({ secretId: 'AKIDreader', secretKey: 'for this test only' }),
};

describe('a link to a file', () => {
  it.each([
    [NOW_MS, NOW_MS],
    [NOW_MS + 59_999, NOW_MS],
    [NOW_MS + 60_000, NOW_MS + 60_000],
  ])('at %i is of %i', (nowMs, atMs) => {
    expect(signedAt(nowMs)).toBe(atMs);
    const link = new URL(readLink(bucket, 'outputs/a.jpg', nowMs));
    const from = atMs / 1000 - 1;
    expect(link.searchParams.get('q-sign-time')).toBe(`${from};${from + 902}`);
  });

  it('says what a browser is to call the file, where that is said, and signs it', () => {
    const link = (saveAs?: string) => new URL(readLink(bucket, 'reports/1.json', NOW_MS, saveAs)).searchParams;
    expect(link('对账 3月.json').get('response-content-disposition')).toBe(
      "attachment; filename*=UTF-8''%E5%AF%B9%E8%B4%A6%203%E6%9C%88.json",
    );
    expect(link('a.json').get('q-url-param-list')).toBe('response-content-disposition');
    expect([link().has('response-content-disposition'), link().get('q-url-param-list')]).toEqual([false, '']);
  });

  it('leads to another endpoint where the bucket has one', () => {
    const local = { ...bucket, endpoint: 'http://127.0.0.1:9' };
    const links = [bucket, local].map((one) => new URL(readLink(one, 'a.jpg', NOW_MS)));
    expect(links.map(({ origin, pathname }) => `${origin}${pathname}`)).toEqual([
      'https://pictures-1250000000.cos.ap-guangzhou.myqcloud.com/a.jpg',
      'http://127.0.0.1:9/pictures-1250000000/a.jpg',
    ]);
  });
});

it('a photo is put where it belongs by its number, or else by its place, for half an hour', () => {
  const taskId = 'tsk_01ARZ3NDEKTSV4RRFFQ69G5FAV';
  const [first, fifth] = uploadSlots(
    bucket,
    taskId,
    [
      { contentType: 'image/png', sizeBytes: 7 },
      { contentType: 'image/webp', sizeBytes: 8, n: 5 },
    ],
    NOW_MS,
  );
  expect([first, fifth]).toMatchObject([
    { n: 0, method: 'PUT', headers: { 'Content-Type': 'image/png', 'Content-Length': '7' } },
    { n: 5, expiresAtMs: NOW_MS + 1_800_000, headers: { 'Content-Type': 'image/webp', 'Content-Length': '8' } },
  ]);
  expect([first, fifth].map((slot) => new URL(slot?.url ?? '').pathname)).toEqual([
    `/inputs/${taskId}/0`,
    `/inputs/${taskId}/5`,
  ]);
});

it('a file is of an AI where it is a result with that flag', () => {
  const outputs = [
    { key: 'a', flags: 'below_38kb,ai' },
    { key: 'b', flags: 'below_38kb' },
    { key: 'c', flags: 'fair' },
    { key: 'd', flags: '' },
  ] as OutputRow[];
  expect(['a', 'b', 'c', 'd', 'e'].map((key) => isOfAi(outputs, key))).toEqual([true, false, false, false, false]);
});
