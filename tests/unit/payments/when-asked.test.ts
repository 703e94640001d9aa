import { describe, expect, it } from 'vitest';
import { firstQueryAt, nextQueryAt, nextRefundAt } from '../../../shared/payments/query-schedule.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 4);
const EXPIRES_MS = NOW_MS + 900_000;

describe('an order', () => {
  it('is first asked about after five seconds', () => {
    expect(firstQueryAt(NOW_MS)).toBe(NOW_MS + 5000);
  });

  it.each([
    [4.999, 5],
    [5, 30],
    [29.999, 30],
    [30, 60],
    [60, 180],
    [180, 300],
    [300, 600],
    [600, 905],
    [905, 1800],
    [1799.999, 1800],
    [1800, 3600],
    [86_400, 88_200],
  ])('asked about after %s s is asked about again after %s s', (after, again) => {
    expect(nextQueryAt(NOW_MS, EXPIRES_MS, NOW_MS + after * 1000)).toBe(NOW_MS + again * 1000);
  });

  it('whose end is far off waits half an hour at most', () => {
    expect(nextQueryAt(NOW_MS, NOW_MS + 86_400_000, NOW_MS + 3_600_000)).toBe(NOW_MS + 5_400_000);
  });
});

describe('a refund', () => {
  it.each([
    [0, 10],
    [1, 30],
    [2, 60],
    [3, 300],
    [4, 1800],
    [5, 7200],
    [6, 21_600],
    [99, 21_600],
  ])('that was sent %s times is looked at again after %s s', (attempts, after) => {
    expect(nextRefundAt(attempts, NOW_MS)).toBe(NOW_MS + after * 1000);
  });
});
