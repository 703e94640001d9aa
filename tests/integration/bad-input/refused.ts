import { expect } from 'vitest';
import { ERRORS, type ErrorCode } from '../../../shared/contract/errors.ts';
import type { Answer, ApiRequest, ApiStage, EventForm } from '../../fixtures/api-stage.ts';
import { newAddress } from '../auth/auth-stage.ts';

/** One refusal, as the test wants to speak of it: `CODE path rule, path rule`. */
export type Refusal = string;

/** Rates are per merchant or address; calls that are this far apart never meet one. */
const APART_MS = 4000;
const CHINESE = /[\u4e00-\u9fff]/;

/**
 * Sends the request in both forms of event, once in Chinese and once in English; proves that the answers are the same,
 * that the whole envelope is as promised, and that no table with money, credits or tasks has changed.
 */
export async function refused(stage: ApiStage, name: string, request: ApiRequest = {}): Promise<Refusal> {
  const before = await stage.books();
  const send = (form: EventForm, headers: ApiRequest['headers'] = {}) => {
    stage.advance(APART_MS);
    const parts = { sourceIp: newAddress(), ...request, headers: { ...request.headers, ...headers } };
    return stage.send(name, parts, form);
  };
  const refusal = describe(await send('Function URL'), 'zh');
  const english = await send('API Gateway', { 'accept-language': 'en-GB,en;q=0.9,zh;q=0.1' });
  expect(describe(english, 'en')).toBe(refusal);
  expect(await stage.books()).toEqual(before);
  return refusal;
}

/** Checks the envelope of an error in a language. */
export function describe({ status, headers, body }: Answer, language: 'zh' | 'en'): Refusal {
  expect(body).toMatchObject({ success: false, requestId: 'req-1' });
  expect(Object.keys(body).sort()).toEqual(['error', 'requestId', 'success']);
  expect(headers).toMatchObject({
    'X-Request-Id': 'req-1',
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  const { code, number, message, fields = [] } = body.error;
  const [ownStatus, ownNumber, zh, en] = ERRORS[code as ErrorCode];
  expect([status, number, message]).toEqual([ownStatus, ownNumber, language === 'zh' ? zh : en]);
  for (const field of fields) {
    expect(Object.keys(field).sort()).toEqual(['message', 'path', 'rule']);
    expect(field.message).not.toBe('');
    if (language === 'zh') expect(field.message).toMatch(CHINESE);
    else expect(field.message).not.toMatch(CHINESE);
  }
  const named = fields.map(({ path, rule }: { path: string; rule: string }) => ` ${path} ${rule}`);
  return `${code}${named.sort().join(',')}`;
}
