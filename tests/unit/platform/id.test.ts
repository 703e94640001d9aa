import { describe, expect, it } from 'vitest';
import { newId, randomCode, randomToken } from '../../../shared/id.ts';

describe('ids', () => {
  it('are the prefix and 26 characters of Crockford base 32, at most 32 in all', () => {
    expect(newId('tsk_', 1_764_000_000_000)).toMatch(/^tsk_[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(newId('order_', 0)).toHaveLength(32);
    expect(() => newId('orders_', 0)).toThrow(RangeError);
    expect(() => newId('Ord_', 0)).toThrow(RangeError);
  });
  it('carry the time as the ULID specification has it', () => {
    // The specification's own example: 01ARZ3NDEK is 2016-07-30T23:54:10.259Z.
    expect(newId('', Date.parse('2016-07-30T23:54:10.259Z')).slice(0, 10)).toBe('01ARZ3NDEK');
    expect(newId('', 2 ** 48 - 1).slice(0, 10)).toBe('7ZZZZZZZZZ');
    expect(() => newId('', 2 ** 48)).toThrow(RangeError);
    expect(() => newId('', Number.NaN)).toThrow(RangeError);
  });
  it('sort as their times do', () => {
    const times = [0, 31, 32, 1023, 1_764_000_000_000, 1_764_000_000_001, 2 ** 47];
    const ids = times.map((at) => newId('ord_', at));
    expect([...ids].sort()).toEqual(ids);
  });
  it('of one millisecond do not repeat', () => {
    expect(new Set(Array.from({ length: 5000 }, () => newId('x_', 7))).size).toBe(5000);
  });
});

describe('random codes', () => {
  it('have exactly the digits asked for, leading zeros included', () => {
    const codes = Array.from({ length: 3000 }, () => randomCode(4));
    expect(codes.every((code) => /^\d{4}$/.test(code))).toBe(true);
    expect(codes.some((code) => code.startsWith('0'))).toBe(true);
    expect(() => randomCode(0)).toThrow(RangeError);
    expect(() => randomCode(15)).toThrow(RangeError);
  });
  it('use every digit equally often', () => {
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 20_000; i++) counts[Number(randomCode(1))]!++;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
    // 9 degrees of freedom: beyond 40 one run in 130,000.
    expect(chiSquare).toBeLessThan(40);
  });
});

describe('random tokens', () => {
  it('are base64url of as many bytes as asked for', () => {
    expect(Buffer.from(randomToken(32), 'base64url')).toHaveLength(32);
    expect(randomToken(33)).toMatch(/^[\w-]{44}$/);
    expect(randomToken(16)).not.toBe(randomToken(16));
  });
});
