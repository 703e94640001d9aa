import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { maskDetails, maskWords } from '../../../shared/ops/mask-details.ts';
import { totpCode, totpCounterOf, totpUri } from '../../../shared/ops/totp.ts';
import { seal, unseal } from '../../../shared/seal.ts';

/** RFC 6238, appendix B, for SHA-1. */
const SECRET = Buffer.from('12345678901234567890');
const VECTORS: readonly (readonly [seconds: number, code: string])[] = [
  [59, '94287082'],
  [1111111109, '07081804'],
  [1111111111, '14050471'],
  [1234567890, '89005924'],
  [2000000000, '69279037'],
  [20000000000, '65353130'],
];

describe('a code of an authenticator', () => {
  it.each(VECTORS)('at %d s is that of RFC 6238', (seconds, code) => {
    expect(totpCode(SECRET, Math.floor(seconds / 30), 8)).toBe(code);
    expect(totpCounterOf(SECRET, code.slice(2), seconds * 1000)).toBe(Math.floor(seconds / 30));
  });

  it('is taken one step early or late, and no further', () => {
    const at = (seconds: number) => totpCounterOf(SECRET, '287082', seconds * 1000);
    expect([30, 59, 60, 89, 90].map(at)).toEqual([1, 1, 1, 1, undefined]);
    const early = (seconds: number) => totpCounterOf(SECRET, '081804', seconds * 1000);
    expect([1111111049, 1111111050, 1111111109].map(early)).toEqual([undefined, 37037036, 37037036]);
    for (const wrong of ['287083', '28708', '2870820', '', '28708２']) {
      expect(totpCounterOf(SECRET, wrong, 59_000)).toBeUndefined();
    }
  });

  it('comes of a secret that authenticators read: RFC 4648 base32 in an otpauth address', () => {
    const { uri, secret } = totpUri(SECRET, '运营 一');
    expect(secret).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
    const url = new URL(uri);
    expect([url.protocol, url.host, url.searchParams.get('secret')]).toEqual(['otpauth:', 'totp', secret]);
    expect(decodeURIComponent(url.pathname)).toBe('/衣影:运营 一');
  });
});

describe('what is sealed', () => {
  const key = randomBytes(32);

  it('opens for its owner and with its key, each time under another nonce', () => {
    const [one, two] = [seal(key, SECRET, 'mch_1'), seal(key, SECRET, 'mch_1')];
    expect(one).not.toBe(two);
    expect([unseal(key, one, 'mch_1'), unseal(key, two, 'mch_1')]).toEqual([SECRET, SECRET]);
  });

  it('does not open for another, with another key, changed in any byte, or cut', () => {
    const sealed = seal(key, SECRET, 'mch_1');
    expect(() => unseal(key, sealed, 'mch_2')).toThrow();
    expect(() => unseal(randomBytes(32), sealed, 'mch_1')).toThrow();
    const bytes = Buffer.from(sealed, 'base64url');
    for (const at of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => unseal(key, changed.toString('base64url'), 'mch_1')).toThrow();
    }
    for (const length of [0, 12, 28, bytes.length - 1]) {
      expect(() => unseal(key, bytes.subarray(0, length).toString('base64url'), 'mch_1')).toThrow();
    }
  });
});

describe('what the audit log keeps of a request', () => {
  it('is what was decided, without a whole phone, a name, an address or a secret', () => {
    const kept = maskDetails({
      ...{ phone: '13812345678', email: 'a@example.com', taxNumber: '91350100M000100Y43', code: '123456' },
      ...{ credits: 5, reason: '补偿 13812345678', list: ['13812345678'] },
    });
    expect(JSON.parse(kept)).toEqual({
      ...{ of: '138****5678', email: '[personal]', taxNumber: '[personal]', code: '[redacted]' },
      ...{ credits: 5, reason: '补偿 [phone]', list: ['138****5678'] },
    });
  });

  it.each([
    ['来电 13812345678，已核实', '来电 138****5678，已核实'],
    ['138-1234-5678/139 8765 4321', '138****5678/139****4321'],
    ['本人 11010519491231002X 来电', '本人 110105************ 来电'],
    ['订单 20260301000012345678 重复', '订单 20260301000012345678 重复'],
    ['退 9900 分', '退 9900 分'],
  ])('has of the reason %s what names nobody', (typed, kept) => {
    expect(maskWords({ reason: typed, note: typed, orderId: '13812345678' })).toEqual({
      ...{ reason: kept, note: kept, orderId: '13812345678' },
    });
    expect(kept.length).toBeLessThanOrEqual(typed.length);
  });

  it('is its length, when it is long', () => {
    expect(JSON.parse(maskDetails({ words: Array.from({ length: 40 }, () => 'x'.repeat(200)) }))).toEqual({
      chars: expect.any(Number) as number,
    });
  });
});
