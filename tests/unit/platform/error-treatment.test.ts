import { describe, expect, it } from 'vitest';
import { isDuplicateKey, treatmentOf } from '../../../shared/db/error-treatment.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';

const failure = (fields: object, message = 'x') => Object.assign(new Error(message), fields);

describe('a failed statement', () => {
  it.each([
    [{ code: 'ER_LOCK_DEADLOCK', errno: 1213 }, 'again'],
    [{ code: 'ER_LOCK_WAIT_TIMEOUT', errno: 1205 }, 'again'],
    [{ errno: 4031, fatal: true }, 'stale'],
    [{ code: 'PROTOCOL_CONNECTION_LOST', fatal: true }, 'broken'],
    [{ code: 'ECONNRESET' }, 'broken'],
    [{ code: 'SOMETHING_NEW', fatal: true }, 'broken'],
    [{ code: 'ER_CON_COUNT_ERROR', errno: 1040, fatal: true }, 'refused'],
    [{ code: 'ER_DUP_ENTRY', errno: 1062 }, 'thrown'],
    [{ code: 'ER_SIGNAL_EXCEPTION', errno: 1644 }, 'thrown'],
    [{ code: 'PROTOCOL_SEQUENCE_TIMEOUT', errno: 'PROTOCOL_SEQUENCE_TIMEOUT' }, 'broken'],
    [{ errno: 1927 }, 'broken'],
    [{ errno: 27 }, 'broken'],
    [{ errno: 1026 }, 'broken'],
    [{ errno: -5 }, 'thrown'],
    [{ code: 'toString' }, 'thrown'],
    [{}, 'thrown'],
  ])('with %o is treated as %s', (fields, treatment) => {
    expect(treatmentOf(failure(fields))).toBe(treatment);
  });
  it('that mysql2 never sent is stale', () => {
    expect(treatmentOf(failure({}, "Can't add new command when connection is in closed state"))).toBe('stale');
  });
  it('that is no error at all is the caller’s business', () => {
    expect(treatmentOf('ER_LOCK_DEADLOCK')).toBe('thrown');
  });
  it('tells which unique key it met, on both engines', () => {
    const mysql = failure({ errno: 1062 }, "Duplicate entry 'a.b-1' for key 'tasks.by_key'");
    const mariadb = failure({ errno: 1062 }, "Duplicate entry 'it''s' for key 'by_key'");
    for (const error of [mysql, mariadb]) {
      expect(isDuplicateKey(error)).toBe(true);
      expect(isDuplicateKey(error, 'by_key')).toBe(true);
      expect(isDuplicateKey(error, 'PRIMARY')).toBe(false);
    }
    expect(isDuplicateKey(failure({ errno: 1213 }))).toBe(false);
  });
});

describe('a time for SQL', () => {
  it('is UTC to the millisecond', () => {
    expect(sqlTime(Date.parse('2026-11-24T07:15:21.042Z'))).toBe('2026-11-24 07:15:21.042');
    expect(() => sqlTime(Number.NaN)).toThrow(RangeError);
  });
});
