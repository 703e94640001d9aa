import { describe, expect, it } from 'vitest';
import { nextRun, parseCron } from '../../../infra/serverless/parse-cron.ts';

/** China's wall clock, as text. */
const at = (text: string): number => Date.parse(`${text}+08:00`);
const next = (cron: string, after: string): string | null => {
  const ms = nextRun(parseCron(cron), at(after));
  return ms === null ? null : new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19);
};

describe('the next run of', () => {
  it.each([
    ['*/20 * * * * * *', '2026-11-24T10:00:00', '2026-11-24T10:00:20'],
    ['*/20 * * * * * *', '2026-11-24T10:00:59', '2026-11-24T10:01:00'],
    ['0 */5 * * * * *', '2026-11-24T10:57:01', '2026-11-24T11:00:00'],
    ['0 0 3 * * * *', '2026-11-24T03:00:00', '2026-11-25T03:00:00'],
    ['59 59 23 31 12 * *', '2026-11-24T00:00:00', '2026-12-31T23:59:59'],
    ['0 0 0 29 2 * *', '2026-11-24T00:00:00', '2028-02-29T00:00:00'],
    ['0 30 9 * * 1-5 *', '2026-11-27T09:30:00', '2026-11-30T09:30:00'],
    ['0 0 12 1 * 0 *', '2026-11-24T00:00:00', '2026-11-29T12:00:00'],
    ['0 0 12 1 * 0 *', '2026-11-29T12:00:00', '2026-12-01T12:00:00'],
    ['15,45 1-2 0 ? * ? 2027', '2026-11-24T00:00:00', '2027-01-01T00:01:15'],
    ['0 10/20 8 * * * *', '2026-11-24T08:10:00', '2026-11-24T08:30:00'],
  ])('%s after %s is %s', (cron, after, expected) => {
    expect(next(cron, after)).toBe(expected);
  });

  it('a schedule that is over is never', () => {
    expect(next('0 0 0 1 1 * 2025', '2026-11-24T00:00:00')).toBeNull();
    expect(next('0 0 0 31 2 * *', '2026-11-24T00:00:00')).toBeNull();
  });
});

describe('a schedule is refused', () => {
  it.each([
    ['*/5 * * * *', '5 fields'],
    ['0 0 0 * * * * *', '8 fields'],
    ['60 * * * * * *', 'second "60"'],
    ['* * 24 * * * *', 'hour "24"'],
    ['* * * 0 * * *', 'day "0"'],
    ['* * * * 13 * *', 'month "13"'],
    ['* * * * * 7 *', 'week "7"'],
    ['* * * * * * 1969', 'year "1969"'],
    ['*/0 * * * * * *', 'second "*/0"'],
    ['5-1 * * * * * *', 'second "5-1"'],
    ['a * * * * * *', 'second "a"'],
    ['* * * L * * *', 'day "L"'],
    ['* * * * * 5#3 *', 'week "5#3"'],
    ['1,,2 * * * * * *', 'second "1,,2"'],
  ])('%s: %s', (cron, reason) => {
    expect(() => parseCron(cron)).toThrow(reason);
  });
});
