import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromChinaTime, startOfChinaDay } from '../../../shared/payments/china-time.ts';
import { fenToYuan, yuanToFen } from '../../../shared/payments/yuan.ts';
import { shanghaiTime } from '../../../shared/shanghai-day.ts';

describe('an amount', () => {
  it('goes from fen to yuan and back, whatever it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999_999_999_999 }), (fen) => {
        const yuan = fenToYuan(fen);
        expect(yuan).toMatch(/^(0|[1-9]\d*)\.\d\d$/);
        expect(yuanToFen(yuan)).toBe(fen);
        expect(yuanToFen(`-${yuan}`)).toBe(-fen);
        expect(BigInt(yuan.replace('.', ''))).toBe(BigInt(fen));
      }),
    );
  });

  it('is what the digits say where a fraction would lose a fen', () => {
    for (const [yuan, fen] of [
      ['19.99', 1999],
      ['1.15', 115],
      ['4.35', 435],
      ['0.29', 29],
      ['1001.1', 100_110],
      ['99', 9900],
      ['0', 0],
      ['-0.00', 0],
    ] as const) {
      expect(yuanToFen(yuan)).toBe(fen);
    }
    expect(Math.trunc(19.99 * 100)).toBe(1998);
  });

  it.each([
    '',
    ' ',
    '1,000.00',
    '1.',
    '.5',
    '01',
    '+1',
    '--1',
    '1e2',
    '1.234',
    '0x1',
    '１',
    '1\n',
    'NaN',
    `${10 ** 13}`,
  ])('%j is none', (text) => {
    expect(yuanToFen(text)).toBeUndefined();
  });

  it.each([
    [1, '0.01'],
    [10, '0.10'],
    [100, '1.00'],
  ])('of %s fen is %s', (fen, yuan) => {
    expect(fenToYuan(fen)).toBe(yuan);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 53])('of %s fen is asked of nobody', (fen) => {
    expect(() => fenToYuan(fen)).toThrow(new TypeError('an amount must be a positive integer of fen'));
  });
});

describe("China's time", () => {
  it('is written to the second and read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2100, 0) / 1000 }), (seconds) => {
        const text = shanghaiTime(seconds * 1000 + 999);
        expect(fromChinaTime(text)).toBe(seconds * 1000);
        expect(Date.parse(`${text.replace(' ', 'T')}+08:00`)).toBe(seconds * 1000);
      }),
    );
  });

  it.each([
    '2026-02-29 00:00:00',
    '2026-13-01 00:00:00',
    '2026-11-23 24:00:00',
    '2026-11-23 00:60:00',
    '2026-11-23',
    '+012026-01-01 00:00',
    'no time',
    '',
  ])('%j is none', (text) => {
    expect(fromChinaTime(text)).toBeUndefined();
  });

  it('begins its day eight hours before the one of UTC', () => {
    expect(startOfChinaDay('2026-11-23')).toBe(Date.UTC(2026, 10, 22, 16));
    expect(() => startOfChinaDay('2026-11-31')).toThrow(new TypeError('day must be a date, YYYY-MM-DD'));
  });
});
