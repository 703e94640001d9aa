import { ChannelError } from './channel.ts';

export interface FetchLimits {
  readonly timeoutMs: number;
  /** Of the body; what is longer is not read to its end. */
  readonly maxBytes: number;
}

export interface FetchedBytes {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

async function readBody(response: Response, maxBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/**
 * One request to a channel, whole, without redirects.
 * @param what the channel and the call, for the error's message
 * @throws ChannelError `unavailable` (timeout, no_connection), `unverified` (too_large)
 */
export async function fetchBytes(
  what: string,
  url: URL,
  init: RequestInit,
  limits: FetchLimits,
): Promise<FetchedBytes> {
  let bytes: Uint8Array | undefined;
  let response: Response;
  try {
    response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(limits.timeoutMs) });
    bytes = await readBody(response, limits.maxBytes);
  } catch (cause) {
    const late = cause instanceof Error && cause.name === 'TimeoutError';
    throw new ChannelError('unavailable', late ? 'timeout' : 'no_connection', what, cause);
  }
  if (bytes === undefined) throw new ChannelError('unverified', 'too_large', what);
  return { status: response.status, headers: Object.fromEntries(response.headers), bytes };
}
