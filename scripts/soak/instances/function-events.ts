import { importTokenKey, signToken } from '../../../shared/auth/sign-token.ts';
import { OPERATIONS } from '../../../shared/contract/operations.ts';

export interface RequestParts {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of `body`, as it came over the wire. */
  readonly rawBody?: string;
}

/** As Function URL hands a request over (https://cloud.tencent.com/document/product/583/96099). */
export function requestEvent(name: string, { body, rawBody, query = {}, headers = {} }: RequestParts): object {
  const text = rawBody ?? (body === undefined ? '' : JSON.stringify(body));
  return {
    body: text,
    headers: {
      'content-length': String(Buffer.byteLength(text)),
      ...(text !== '' && { 'content-type': 'application/json' }),
      'x-scf-remote-addr': '198.51.100.1',
      ...headers,
    },
    httpMethod: OPERATIONS.find((one) => one.name === name)?.method ?? 'POST',
    path: `/v1/${name}`,
    queryString: query,
  };
}

export const timerEvent = (name: string): object => ({ Type: 'Timer', TriggerName: name, Time: '', Message: '' });

/** `Authorization` of a merchant who has signed in. */
export async function bearer(merchantId: string, tokens: { key: string }, stage: string, nowMs: number) {
  const signing = { keyId: 'k1', key: importTokenKey(tokens.key) };
  const subject = { merchantId, sessionId: 'ses_01JD0000000000000000000000' };
  return `Bearer ${(await signToken(subject, signing, `yiying-${stage}-merchants`, nowMs)).accessToken}`;
}
