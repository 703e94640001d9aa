import { createSign, createVerify } from 'node:crypto';

/** `k=v&k=v`, sorted by name, unencoded, without empty values and what is left out. */
export function sortedText(params: ReadonlyMap<string, string>, leftOut: readonly string[]): string {
  return [...params]
    .filter(([name, value]) => value !== '' && !leftOut.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** @param digest `sha1` is what Alipay called RSA before RSA2 */
export function signText(text: string, privatePem: string, digest: 'sha256' | 'sha1' = 'sha256'): string {
  return createSign(digest).update(text, 'utf8').sign(privatePem, 'base64');
}

export function isSignedText(text: string, signature: string, publicPem: string): boolean {
  return createVerify('sha256').update(text, 'utf8').verify(publicPem, signature, 'base64');
}
