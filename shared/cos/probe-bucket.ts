import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Bucket } from './bucket.ts';
import { presignUrl } from './sign-url.ts';

export interface BucketProbe {
  /** The bucket took our signature: it has the object, or says that there is none. */
  readonly answers: boolean;
  /** Its clock, epoch milliseconds in whole seconds; null: it said nothing. */
  readonly serverMs: number | null;
}

const TIMEOUT_MS = 3000;
/** Of an error's XML. */
const MOST_CHARS = 4096;
const NO_ANSWER: BucketProbe = { answers: false, serverMs: null };

/**
 * One GET, without the SDK. `key` need not exist: to a role that may read there COS answers `NoSuchKey` then, and
 * `AccessDenied` to others. A HEAD would not tell it from a bucket that is not there.
 */
export async function probeBucket(bucket: Bucket, key: string, nowMs: number): Promise<BucketProbe> {
  const { credentials, ...place } = bucket;
  const signed = { ...place, key, method: 'GET', expiresSeconds: 60, nowMs, credentials: credentials() } as const;
  const { url } = presignUrl(signed);
  const send = url.startsWith('http:') ? httpRequest : httpsRequest;
  return new Promise((resolve) => {
    // A connection of its own: a kept one does not survive the instance's freeze.
    const sent = send(url, { agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) }, (reply) => {
      const serverMs = Date.parse(reply.headers.date ?? '');
      let text = '';
      const isFound = reply.statusCode === 200;
      const end = (): void => {
        const answers = isFound || text.includes('<Code>NoSuchKey</Code>');
        resolve({ answers, serverMs: Number.isNaN(serverMs) ? null : serverMs });
        sent.destroy();
      };
      reply.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (isFound || text.length > MOST_CHARS) end();
      });
      reply.on('end', end);
      reply.on('error', () => resolve(NO_ANSWER));
    });
    sent.on('error', () => resolve(NO_ANSWER));
    sent.end();
  });
}
