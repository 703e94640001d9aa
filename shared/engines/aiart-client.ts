import type { Bucket } from '../cos/bucket.ts';
import { type AiartClient, AiartError } from './tencent-aiart.ts';
import type { TencentPlace } from './tencent-mps.ts';

/** Both actions draw while they are waited for; below the function's own 90 s, with what comes before and after. */
const TIMEOUT_SECONDS = 60;

/**
 * aiart through the official SDK (docs/decisions/0003-sdk-by-sub-path-and-by-hand.md), loaded with the first call: beside a picture that
 * takes seconds its 50 to 80 ms are nothing. It signs by the system's clock and asks once.
 */
export function aiartClient({ bucket, region, endpoint }: TencentPlace): AiartClient {
  return async (action, request) => {
    const { Client } = await import('tencentcloud-sdk-nodejs/tencentcloud/services/aiart/v20221229/aiart_client.js');
    const client = new Client({
      credential: credentialOf(bucket),
      region,
      profile: { httpProfile: profileOf(endpoint) },
    });
    try {
      return await client.request(action, request);
    } catch (error) {
      throw new AiartError(codeOf(error), error);
    }
  };
}

function credentialOf(bucket: Bucket) {
  const { secretId, secretKey, sessionToken } = bucket.credentials();
  return { secretId, secretKey, ...(sessionToken !== undefined && { token: sessionToken }) };
}

function profileOf(endpoint: string | undefined) {
  const at = endpoint === undefined ? null : /^(https?:\/\/)(.+)$/.exec(endpoint);
  return { reqTimeout: TIMEOUT_SECONDS, ...(at !== null && { protocol: at[1] as string, endpoint: at[2] as string }) };
}

/** Tencent's code; without one, nobody knows whether the call was heard. */
function codeOf(error: unknown): string {
  const { code, httpCode } = error as { code?: unknown; httpCode?: unknown };
  if (typeof code === 'string' && code !== '') return code;
  if (typeof httpCode === 'number') return `Client.Http${httpCode}`;
  return /time(d )?-?out|timeout/i.test(String(error)) ? 'Client.Timeout' : 'Client.Network';
}
