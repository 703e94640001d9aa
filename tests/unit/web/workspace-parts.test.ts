import { readdirSync, readFileSync } from 'node:fs';
import { InfiniteQueryObserver, QueryClient } from '@tanstack/react-query';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createBatch } from '../../../shared/contract/batches.ts';
import { browserName } from '../../../web/src/app/account/browser-name.ts';
import { CARD_CATEGORIES } from '../../../web/src/app/card-categories.ts';
import { fieldProblem, initialValue, isAskedFor, type ValueField } from '../../../web/src/app/forms/field-spec.ts';
import { archivePath } from '../../../web/src/app/library/archive-path.ts';
import { parseRoute } from '../../../web/src/app/router.ts';
import { flagText, sortFlags } from '../../../web/src/app/task/flag-text.ts';
import { readPlatformReport } from '../../../web/src/app/task/platform-report.ts';
import { batchFileName } from '../../../web/src/app/uploads/batch-calls.ts';
import { beginAnew, outdate } from '../../../web/src/app/use-endless.ts';
import { sayIn } from '../../../web/src/app/use-text.ts';
import { daysUntil, formatBytes, formatYuan } from '../../../web/src/core/format.ts';
import { hundredthsOf, shownHundredths } from '../../../web/src/core/hundredths.ts';
import { viewOfTab } from '../../../web/src/core/operator-view.ts';
import { pathPart } from '../../../web/src/core/pack-files.ts';
import { photoKind } from '../../../web/src/core/photo-kind.ts';

const named = { name: 'a', labelZh: '甲', labelEn: 'A', required: true };
const options = [
  { value: 'x', labelZh: '甲', labelEn: 'X' },
  { value: 'y', labelZh: '乙', labelEn: 'Y' },
];

it('a result says whether templates or an AI made it, apart from what is to be looked at', () => {
  const { origin, notes } = sortFlags(['template', 'low_resolution']);
  expect([flagText(origin ?? '', sayIn('zh')), notes]).toEqual(['由模板制作 · 非 AI 生成', ['low_resolution']]);
  expect(flagText(sortFlags(['ai']).origin ?? '', sayIn('zh'))).toBe('AI 生成');
  expect(sortFlags(['below_38kb'])).toEqual({ origin: undefined, notes: ['below_38kb'] });
});

describe('the view that a tab was opened for', () => {
  afterEach(() => void vi.unstubAllGlobals());

  /** A tab that was opened under this name, and loaded twice. */
  const tabNamed = (name: string) => {
    const kept = new Map<string, string>();
    const tab = { name };
    vi.stubGlobal('window', tab);
    vi.stubGlobal('sessionStorage', {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
    });
    return [viewOfTab(), viewOfTab(), tab.name];
  };
  const tokenOf = (header: unknown) => `${Buffer.from(JSON.stringify(header)).toString('base64url')}.e30.c2ln`;
  const view = (viewToken: string) => ({
    ...{ viewToken, merchantId: `mch_${'0'.repeat(26)}`, phoneMasked: '138****0000', expiresAtMs: 1 },
  });
  const named = (viewToken: string) => `yiying-view:${JSON.stringify(view(viewToken))}`;

  it('is taken from its name, once, and kept', () => {
    const token = tokenOf({ alg: 'HS256', kid: '衣影?>', typ: 'view+jwt' });
    expect(tabNamed(named(token))).toEqual([view(token), view(token), '']);
  });

  it.each([
    ['an ordinary access token', tokenOf({ alg: 'HS256', kid: '1', typ: 'at+jwt' })],
    ['no type', tokenOf({ alg: 'HS256', kid: '1' })],
    ['no header', tokenOf(null)],
    ['no token', '%%%'],
  ])('is none with %s: any page may open this one under any name', (_what, token) => {
    expect(tabNamed(named(token))).toEqual([null, null, '']);
  });
});

describe('a field of a card’s form', () => {
  const cases: readonly (readonly [ValueField, unknown, string | number | string[], string])[] = [
    [{ ...named, type: 'text', maxLength: 9 }, '', '  ', 'required'],
    [{ ...named, type: 'textarea', maxLength: 3, default: '一二三' }, '一二三', '一二三四', 'tooLong'],
    [{ ...named, type: 'number', min: 1, max: 5 }, 1, 0, 'tooLow'],
    [{ ...named, type: 'slider', min: 0, max: 10, step: 1, default: 4 }, 4, 11, 'tooHigh'],
    [{ ...named, type: 'select', options }, 'x', 'z', 'required'],
    [{ ...named, type: 'radio', options, default: 'y' }, 'y', '', 'required'],
    [{ ...named, type: 'checkbox', options, default: ['x'], max: 1 }, ['x'], ['x', 'y'], 'tooManyChosen'],
    [{ ...named, type: 'colour' }, '#ffffff', 'red', 'required'],
  ];

  it.each(cases)('%o begins well, and names the rule that a bad value breaks', (field, initial, bad, rule) => {
    expect(initialValue(field)).toEqual(initial);
    if (initial !== '') expect(fieldProblem(field, initialValue(field))).toBeNull();
    expect(fieldProblem(field, bad)?.[0]).toBe(rule);
  });

  it('is asked for when what stands before it says so', () => {
    const when = (condition: object) =>
      ({ ...named, type: 'colour', when: { field: 'b', ...condition } }) as ValueField;
    expect(isAskedFor(when({ equals: 'x' }), { b: 'x' })).toBe(true);
    expect(isAskedFor(when({ notEquals: 'x' }), { b: 'x' })).toBe(false);
    expect(isAskedFor(when({ in: ['x', 'y'] }), { b: ['y'] })).toBe(true);
    expect(isAskedFor(when({ notIn: ['x'] }), { b: 'z' })).toBe(true);
    expect(isAskedFor(when({ greaterThan: 3 }), { b: 3 })).toBe(false);
    expect(isAskedFor(when({ lessThan: 3 }), { b: 2 })).toBe(true);
  });

  it('stays empty where a number may be left out', () => {
    const field: ValueField = { ...named, required: false, type: 'number', min: 0.01, max: 5 };
    expect(initialValue(field)).toBeNaN();
    expect(fieldProblem(field, initialValue(field))).toBeNull();
    expect(fieldProblem({ ...field, required: true }, Number.NaN)?.[0]).toBe('required');
  });

  it('counts an emoji as one character', () => {
    const field: ValueField = { ...named, type: 'text', maxLength: 2 };
    expect(fieldProblem(field, '👗👕')).toBeNull();
  });
});

describe('cards on the home page', () => {
  it('stand under a heading in words, each that the migrations bring', () => {
    const folder = new URL('../../../infra/migrations/', import.meta.url);
    const text = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));
    const categories = new Set(text.join().match(/(?<="category":")[a-z_]+/g));
    expect(categories.size).toBeGreaterThan(3);
    expect([...categories].filter((category) => !(category in CARD_CATEGORIES))).toEqual([]);
  });
});

describe('what a file is', () => {
  const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
  it.each([
    ['\xff\xd8\xff\xe0rest', 'image/jpeg'],
    ['\x89PNG\r\n\x1a\nrest', 'image/png'],
    ['RIFF\0\0\0\0WEBPVP8 ', 'image/webp'],
    ['RIFF\0\0\0\0WAVEfmt ', 'unknown'],
    ['\0\0\0\x18ftypheic', 'heic'],
    ['\0\0\0\x18ftypmp42', 'unknown'],
    ['%PDF-1.4', 'unknown'],
    ['', 'unknown'],
  ])('%j is %s by its first bytes', (head, kind) => {
    expect(photoKind(bytes(head))).toBe(kind);
  });
});

const RESULT = 'tsk_01JDZ3T1K0000000000000000A/0/0/white.jpg';

describe('an address of the workspace', () => {
  it.each([
    ['', { page: 'home' }],
    ['#/', { page: 'home' }],
    ['#/create/basic_clean', { page: 'create', featureId: 'basic_clean' }],
    [`#/create/poster/${encodeURIComponent(RESULT)}`, { page: 'create', featureId: 'poster', assetId: RESULT }],
    [`#/continue/${encodeURIComponent(RESULT)}`, { page: 'continue', assetId: RESULT }],
    ['#/continue/%E0%A4%A', { page: 'unknown' }],
    ['#/create/poster/nothing', { page: 'unknown' }],
    ['#/library', { page: 'library' }],
    ['#/batches/bat_1', { page: 'batch', batchId: 'bat_1' }],
    ['#/batches', { page: 'batches' }],
    ['#/batches/bat_1/x', { page: 'unknown' }],
    ['#/tasks', { page: 'tasks' }],
    ['#/tasks/tsk_1', { page: 'task', taskId: 'tsk_1' }],
    ['#/orders/ord_1', { page: 'order', orderId: 'ord_1' }],
    ['#/nothing', { page: 'unknown' }],
    ['#/credits/more', { page: 'unknown' }],
    ['#/tasks/a/b', { page: 'unknown' }],
  ])('%s is read', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
  });
});

describe('a name in an archive', () => {
  it.each([
    ['"><img src=x onerror=alert(1)>', '___img src=x onerror=alert(1)_'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['C:\\con', 'C__con'],
    ['衬衫\u202egpj.exe', '衬衫_gpj.exe'],
    [' . ', '_'],
    ['长'.repeat(200), '长'.repeat(80)],
  ])('%j stays one harmless part of a path', (name, part) => {
    expect(pathPart(name)).toBe(part);
  });

  it('stands under its card, its photo and its task, so that two photos of one name stay apart; days are those of the merchant', () => {
    vi.stubEnv('TZ', 'Asia/Shanghai');
    const asset = {
      ...{
        kind: 'picture' as const,
        taskId: 'tsk_01JDZ3T1K0000000000000ABCD',
        name: 'white.jpg',
        contentType: 'image/jpeg',
      },
      ...{ featureNameZh: '基础/修图', featureNameEn: 'Basic', fileName: 'a.b.JPG', createdAtMs: 1_764_000_000_000 },
    };
    expect(archivePath(asset, 'zh')).toBe('基础_修图/a.b-2025-11-25-00ABCD/white.jpg');
    expect(archivePath({ ...asset, kind: 'photo', name: '0' }, 'en')).toBe('Basic/a.b-2025-11-25-00ABCD/photo-0.jpg');
    vi.unstubAllEnvs();
  });
});

describe('the name of a file in a batch', () => {
  it.each([
    ['衬衫 1.jpg', '衬衫 1.jpg'],
    ['a/b\\c\n.jpg', 'a_b_c_.jpg'],
    ['', '_'],
    [`${'长'.repeat(200)}.jpeg`, `${'长'.repeat(115)}.jpeg`],
    [`${'a'.repeat(119)}👕`, 'a'.repeat(119)],
  ])('%j goes as one that the service takes', (name, sent) => {
    expect(batchFileName(name)).toBe(sent);
    expect(createBatch.input.safeParse(batchOf(sent)).success).toBe(true);
  });

  const batchOf = (name: string) => ({
    featureId: 'basic_clean',
    photos: [{ name, contentType: 'image/jpeg', sizeBytes: 1 }],
  });
});

describe('the report of a platform pack', () => {
  const rule = { rule: 'size', pass: false, found: '1×1', asked: '2×2' };
  const words = { zh: '甲', en: 'A' };
  const file = { file: 'a.jpg', preset: 'a', platform: words, name: words, pass: false, rules: [rule] };
  it('is read, and nothing else is taken for one', () => {
    expect(readPlatformReport(JSON.stringify({ pass: false, files: [file] }))?.files[0]?.rules).toEqual([rule]);
    for (const other of [
      null,
      1,
      [],
      {},
      { pass: true, files: [null] },
      { pass: true, files: [{ ...file, rules: 1 }] },
    ])
      expect(readPlatformReport(JSON.stringify(other))).toBeNull();
    for (const broken of [
      { ...file, name: 'x' },
      { ...file, rules: [{ ...rule, found: {} }] },
      { ...file, file: 7 },
    ])
      expect(readPlatformReport(JSON.stringify({ pass: true, files: [broken] }))).toBeNull();
    expect(readPlatformReport('<html>')).toBeNull();
  });
});

describe('a list that was scrolled far', () => {
  it('is begun anew where its top has changed: the first page is read again at once, and the others are gone', async () => {
    const queries = new QueryClient();
    const read = vi.fn(async ({ pageParam }: { pageParam: number }) => ({ n: pageParam, nextCursor: 'more' }));
    const list = new InfiniteQueryObserver(queries, {
      ...{ queryKey: ['referral'], queryFn: read, initialPageParam: 0, staleTime: Number.POSITIVE_INFINITY },
      getNextPageParam: (_last: unknown, pages: readonly unknown[]) => pages.length,
    });
    const end = list.subscribe(() => undefined);
    for (let page = 0; page < 6; page++) await list.fetchNextPage();
    expect(list.getCurrentResult().data?.pages.length).toBeGreaterThan(4);
    read.mockClear();
    await outdate(queries, 'referral');
    expect(read).not.toHaveBeenCalled();
    await beginAnew(queries, 'referral');
    expect(read.mock.calls.map(([{ pageParam }]) => pageParam)).toEqual([0]);
    expect(list.getCurrentResult().data?.pages).toHaveLength(1);
    end();
    queries.clear();
  });
});

describe('a browser’s name', () => {
  it.each([
    ['Mozilla/5.0 (Linux; Android 14) AppleWebKit Chrome/120 MicroMessenger/8.0', '微信 WeChat · Android'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1', 'Safari · iPhone'],
    ['Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0', 'Edge · Windows'],
    ['curl/8', null],
    ['', null],
  ])('%s is %s', (userAgent, name) => {
    expect(browserName(userAgent)).toBe(name);
  });
});

describe('figures', () => {
  it('of money are never rounded', () => {
    expect([9900, 9901, 5, 0, -50].map(formatYuan)).toEqual(['¥99', '¥99.01', '¥0.05', '¥0', '-¥0.50']);
  });

  it('of money and per cent are typed and shown in hundredths, exactly', () => {
    const texts = ['15', '15.5', '0.05', '1.1', '8.2', '0.29', '1.15', '123456.78', '0'];
    expect(texts.map(hundredthsOf)).toEqual([1500, 1550, 5, 110, 820, 29, 115, 12_345_678, 0]);
    for (const text of texts) expect(shownHundredths(hundredthsOf(text) ?? -1)).toBe(text);
    for (const text of ['', ' ', '-1', '1.234', '1e3', '15%', '1,5', '.5', '5.'])
      expect(hundredthsOf(text)).toBeUndefined();
    expect(hundredthsOf(' 15.50 ')).toBe(1550);
  });

  it('of time count the day that has begun, and of bytes what one can read', () => {
    expect([daysUntil(1, 0), daysUntil(86_400_001, 0), daysUntil(0, 5)]).toEqual([1, 2, 0]);
    expect([900, 2048, 25 * 1024 * 1024].map(formatBytes)).toEqual(['900 B', '2 KB', '25.0 MB']);
  });
});
