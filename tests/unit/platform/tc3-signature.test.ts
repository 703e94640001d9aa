import fc from 'fast-check';
import sdkSign from 'tencentcloud-sdk-nodejs/tencentcloud/common/sign.js';
import { describe, expect, it } from 'vitest';
import { verifyTc3 } from '../../../scripts/local/tencent-api/verify-tc3.ts';
import { signTc3 } from '../../../shared/config/tc3-signature.ts';

// CommonJS compiled by TypeScript: the class is under `default` twice.
const sdk = ((sdkSign as unknown as { default?: unknown }).default ?? sdkSign) as { sign3(request: object): string };

const call = fc.record({
  service: fc.constantFrom('ssm', 'sms', 'sts', 'scf', 'cvm'),
  payload: fc.dictionary(
    fc.string(),
    fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), fc.constant(null)),
  ),
  timestampSeconds: fc.integer({ min: 1, max: 4_102_444_800 }),
  secretId: fc.stringMatching(/^AKID[A-Za-z0-9]{4,28}$/),
  secretKey: fc.string({ minLength: 1, maxLength: 40 }),
});

describe('TC3-HMAC-SHA256', () => {
  it('is what the official SDK computes, for any payload, key and time', () => {
    fc.assert(
      fc.property(call, ({ service, payload, timestampSeconds, secretId, secretKey }) => {
        const hostname = `${service}.tencentcloudapi.com`;
        const body = JSON.stringify(payload);
        const theirs = sdk.sign3({
          method: 'POST',
          url: `https://${hostname}/`,
          payload: Buffer.from(body),
          timestamp: timestampSeconds,
          service,
          secretId,
          secretKey,
          headers: { 'Content-Type': 'application/json' },
        });
        expect(signTc3({ service, hostname, body, timestampSeconds }, { secretId, secretKey })).toBe(theirs);
      }),
      { numRuns: 300 },
    );
  });

  it('passes the independent verifier, and no longer once anything that is signed has changed', () => {
    fc.assert(
      fc.property(call, fc.constantFrom('body', 'host', 'key', 'time', 'none'), (one, changed) => {
        const { service, payload, timestampSeconds, secretId, secretKey } = one;
        const hostname = `${service}.tencentcloudapi.com`;
        const body = JSON.stringify(payload);
        const authorization = signTc3({ service, hostname, body, timestampSeconds }, { secretId, secretKey });
        const at = timestampSeconds + (changed === 'time' ? 1 : 0);
        const request = {
          method: 'POST',
          path: '/',
          query: '',
          headers: {
            authorization,
            host: changed === 'host' ? 'other.example' : hostname,
            'content-type': 'application/json',
            'x-tc-timestamp': String(at),
          },
          body: Buffer.from(changed === 'body' ? `${body} ` : body),
        };
        const credentials = [{ secretId, secretKey: changed === 'key' ? `${secretKey}x` : secretKey }];
        if (changed === 'none') expect(verifyTc3(request, credentials, at * 1000)).toMatchObject({ service });
        else expect(() => verifyTc3(request, credentials, at * 1000)).toThrow(/signature is correct/);
      }),
    );
  });
});
