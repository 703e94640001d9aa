import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { ChannelError } from '../../../shared/payments/channel.ts';
import { firstPath } from '../../../shared/payments/first-path.ts';
import { readColumns } from '../../../shared/payments/read-columns.ts';
import { readJson } from '../../../shared/payments/read-json.ts';

describe('JSON about money', () => {
  const read = (text: string) => readJson(Buffer.from(text));

  it.each([
    '{"a":1,"b":[{"a":2},[3,null]],"c":{"a":"x"}}',
    '[]',
    'null',
    '7',
    '"a\\":b"',
    '{"a\\"b" :\n"c: d","e":"\\\\"}',
    '{"a":":"}',
    '["a","b"]',
    '["a",":"]',
    '{"a\\n":1}',
  ])('%j is what it says', (text) => {
    expect(read(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['a field twice', '{"a":1,"a":1}'],
    ['a field twice, far inside', '{"b":[1,{"c":{"a":1,"a":2}}]}'],
    ['a field twice, written otherwise', '{"a":1,"\\u0061":1}'],
    ['a field twice, with space before the colon', '{"a" \n:1,"a"\t:2}'],
    ['a field twice, with a line in its name', '{"a\\n":1,"a\\n":2}'],
    ['no JSON', '{'],
    ['nothing', ''],
    ['a byte order mark', '\ufeff{}'],
  ])('%s is none', (_what, text) => {
    expect(read(text)).toBeUndefined();
  });

  it('is none where it is no UTF-8, or above 64 KiB', () => {
    expect(readJson(Buffer.from([0x22, 0xff, 0x22]))).toBeUndefined();
    const longest = `"${'a'.repeat(64 * 1024 - 2)}"`;
    expect(read(longest)).toBe(longest.slice(1, -1));
    expect(read(`${longest} `)).toBeUndefined();
  });
});

describe('the lines of a bill', () => {
  const read = readColumns('a bill', ['no', 'yuan', 'left out'], ['yuan', 'no']);
  const problem = (act: () => unknown): string => {
    try {
      act();
    } catch (error) {
      if (error instanceof ChannelError) return `${error.code}: ${error.message}`;
    }
    return 'none';
  };

  it('are read by the names of their columns', () => {
    const { text, fen } = read([' a 1 ', ' 1.50 ', 'x']);
    expect([text('no'), text('yuan'), fen('yuan')]).toEqual(['a 1', '1.50', 150]);
    expect([text('left out'), text('nowhere')]).toEqual(['', '']);
  });

  it.each([[['1', '1.00']], [['1', '1.00', 'x', 'y']]])('with %j are not as long as their header', (cells) => {
    expect(problem(() => read(cells))).toBe('bill_row: a bill: unverified (bill_row)');
  });

  it('with what is no amount name the column, and not what it holds', () => {
    const wrong = 'bill_amount: a bill, column no: unverified (bill_amount)';
    expect(problem(() => read(['1,00', '1', 'x']).fen('no'))).toBe(wrong);
  });

  it.each([
    ['lacks', ['no', 'left out']],
    ['has twice, side by side,', ['yuan', 'yuan', 'no']],
    ['has twice', ['yuan', 'no', 'yuan']],
  ])('are not read where the header %s a column', (_what, header) => {
    const wrong = 'bill_columns: a bill, column yuan: unverified (bill_columns)';
    expect(problem(() => readColumns('a bill', header, ['no', 'yuan']))).toBe(wrong);
  });
});

describe('what a channel did not do', () => {
  it('is told by kind, code and call, with what caused it', () => {
    const cause = new Error('below');
    const error = new ChannelError('refused', 'NOT_ENOUGH', 'wechat refund', cause);
    expect(error).toMatchObject({ name: 'ChannelError', kind: 'refused', code: 'NOT_ENOUGH', cause });
    expect(error.message).toBe('wechat refund: refused (NOT_ENOUGH)');
    expect(Object.hasOwn(new ChannelError('refused', 'NOT_ENOUGH', 'wechat refund'), 'cause')).toBe(false);
  });
});

describe('the field that is wrong', () => {
  const form = z.strictObject({ a: z.object({ b: z.array(z.number()) }) });
  it.each([
    [{ a: { b: [1, 'x'] } }, 'a.b.1'],
    [{ a: { b: [] }, c: 1 }, 'the object'],
    ['no object', 'the object'],
  ])('of %j is %s', (value, path) => {
    const { error } = form.safeParse(value);
    expect(error && firstPath(error)).toBe(path);
  });

  it('is called as the caller calls the whole', () => {
    const { error } = form.safeParse(null);
    expect(error && firstPath(error, 'the secret')).toBe('the secret');
  });
});
