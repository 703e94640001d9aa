import { lookup } from 'node:dns/promises';
import { request } from 'node:https';
import { type ConnectionOptions, connect } from 'node:tls';
import { isPublicAddress } from './is-public-address.ts';

export type PostFailure = 'resolve_failed' | 'address_refused' | 'certificate' | 'timeout' | 'connection_failed';

export type Posted =
  | { readonly status: number; readonly retryAfter: string | undefined }
  | { readonly failure: PostFailure };

/** Replaced in tests only. */
export interface Ways {
  /** Every address of a name. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
  /** How the address is reached. */
  readonly reach: (address: string) => ConnectionOptions;
  readonly timeoutMs: number;
}

const WAYS: Ways = {
  resolve: async (host) => (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address),
  reach: (address) => ({ host: address, port: 443 }),
  // Of the 15–30 s that the specification recommends: one that takes longer holds up nobody but itself.
  timeoutMs: 15_000,
};

/**
 * One POST to a URL that a merchant gave. The name is resolved once and every address it has must be public; the connection then goes to that
 * address and no name is asked for again, while the certificate is held against the name. No redirects; of the answer nothing but its head.
 */
export async function postPinned(
  url: URL,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  ways: Partial<Ways> = {},
): Promise<Posted> {
  const { resolve, reach, timeoutMs } = { ...WAYS, ...ways };
  const endsAt = timeoutIn(timeoutMs);
  try {
    const addresses = await Promise.race([resolve(url.hostname).catch(() => []), endsAt.late]);
    if (addresses === 'late') return { failure: 'timeout' };
    const [address] = addresses;
    if (address === undefined) return { failure: 'resolve_failed' };
    if (!addresses.every(isPublicAddress)) return { failure: 'address_refused' };
    const sent = send(url, headers, body, { ...reach(address), servername: url.hostname, ALPNProtocols: ['http/1.1'] });
    const posted = await Promise.race([sent.posted, endsAt.late]);
    sent.destroy();
    return posted === 'late' ? { failure: 'timeout' } : posted;
  } finally {
    endsAt.clear();
  }
}

function timeoutIn(ms: number): { late: Promise<'late'>; clear: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((done) => {
    timer = setTimeout(() => done('late'), ms);
  });
  return { late, clear: () => clearTimeout(timer) };
}

function send(url: URL, headers: Readonly<Record<string, string>>, body: string, to: ConnectionOptions) {
  const outgoing = request(url, {
    method: 'POST',
    headers: { ...headers, host: url.host, 'content-length': Buffer.byteLength(body), connection: 'close' },
    // Without `agent`: one of any kind, `false` too, would connect by itself, to a name.
    createConnection: () => connect(to),
  });
  const posted = new Promise<Posted>((done) => {
    outgoing.on('response', ({ statusCode = 0, headers: { 'retry-after': retryAfter } }) =>
      done({ status: statusCode, retryAfter }),
    );
    outgoing.on('error', (error) => done({ failure: failureOf(error) }));
  });
  outgoing.end(body);
  return { posted, destroy: () => outgoing.destroy() };
}

/** What Node calls a certificate that is not good for the name, expired or not trusted. */
const OF_A_CERTIFICATE = /CERT|SELF_SIGNED|ERR_TLS|UNABLE_TO_/;

const failureOf = (error: Error): PostFailure =>
  OF_A_CERTIFICATE.test(String((error as NodeJS.ErrnoException).code)) ? 'certificate' : 'connection_failed';
