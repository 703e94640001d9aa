import { createHash } from 'node:crypto';
import { ApiError } from './api-error.ts';
import type { HttpRequest } from './scf-event.ts';
import { singleHeader } from './single-header.ts';

const KEY = /^[\x21-\x7e]{1,64}$/;

/** @throws ApiError IDEMPOTENCY_KEY_REQUIRED, or VALIDATION_FAILED when the key is not 1–64 visible ASCII characters */
export function readIdempotencyKey(request: HttpRequest, need: 'required' | 'none'): string {
  const key = singleHeader(request, 'idempotency-key');
  if (key === undefined || key === '') {
    if (need === 'required') throw new ApiError('IDEMPOTENCY_KEY_REQUIRED');
    return '';
  }
  if (KEY.test(key)) return key;
  throw new ApiError('VALIDATION_FAILED', {
    fields: [
      {
        path: 'header.idempotency-key',
        rule: 'format:visible_ascii_1_64',
        zh: '须为 1–64 个可见 ASCII 字符',
        en: 'must be 1–64 visible ASCII characters',
      },
    ],
  });
}

/** SHA-256 (hex) of the operation and its parsed input, whatever the order of keys or the white space it came in. */
export function requestHash(operationName: string, input: unknown): string {
  return createHash('sha256')
    .update(`${operationName}\n${JSON.stringify(input, sortKeys) ?? ''}`)
    .digest('hex');
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
