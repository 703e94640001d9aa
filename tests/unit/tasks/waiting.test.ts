import { describe, expect, it } from 'vitest';
import { lookAgainAfterMs } from '../../../shared/tasks/look-again-after.ts';
import { retryDelayMs } from '../../../shared/tasks/retry-delay.ts';

describe('a unit that failed waits', () => {
  it.each([
    { attempt: 1, lease: 'lse_00', waitsMs: 10_000 },
    { attempt: 2, lease: 'lse_00', waitsMs: 20_000 },
    { attempt: 4, lease: 'lse_00', waitsMs: 80_000 },
    { attempt: 1, lease: 'lse_01', waitsMs: 10_005 },
    { attempt: 1, lease: 'lse_10', waitsMs: 10_156 },
    { attempt: 1, lease: 'lse_G0', waitsMs: 12_500 },
    { attempt: 1, lease: 'lse_ZZ', waitsMs: 14_995 },
    { attempt: 3, lease: 'lse_ZZ', waitsMs: 59_980 },
    // No letter of an id: as long as if it were its first.
    { attempt: 1, lease: 'lse_I1', waitsMs: 10_005 },
    { attempt: 1, lease: '', waitsMs: 10_000 },
  ])('$waitsMs ms before its attempt after number $attempt, by lease $lease', ({ attempt, lease, waitsMs }) => {
    expect(retryDelayMs(attempt, lease)).toBe(waitsMs);
  });
});

describe('a work object that nobody came for is looked at again', () => {
  it.each([
    { waitedMs: 0, afterMs: 60_000 },
    { waitedMs: 60_001, afterMs: 60_001 },
    { waitedMs: 599_999, afterMs: 599_999 },
    { waitedMs: 600_001, afterMs: 600_000 },
  ])('$afterMs ms later when it has waited $waitedMs ms', ({ waitedMs, afterMs }) => {
    expect(lookAgainAfterMs(waitedMs)).toBe(afterMs);
  });
});
