import type { HttpRequest } from '../http/scf-event.ts';

/**
 * What a channel wants to know of whoever pays: the address, and where the browser comes back to. Only to the site that asks, and only
 * if it is one of ours: an address that a caller could choose would lend our name to somebody else's page.
 */
export function payerOf(
  request: HttpRequest,
  webOrigins: readonly string[],
  returnPath: string | undefined,
): { readonly clientIp?: string; readonly returnUrl?: string } {
  const origin = request.headers['origin'];
  const isOurs = origin !== undefined && !request.repeatedHeaders.has('origin') && webOrigins.includes(origin);
  return {
    ...(request.sourceIp !== '' && { clientIp: request.sourceIp }),
    ...(isOurs && returnPath !== undefined && { returnUrl: `${origin}${returnPath}` }),
  };
}
