import { type KeyObject, verify } from 'node:crypto';

/** RSA2 is SHA256 with RSA (PKCS#1 v1.5). It is pinned: what a message says of its own algorithm decides nothing. */
export function verifyRsa2(content: Uint8Array, sign: string, alipayPublicKey: KeyObject): boolean {
  const signature = Buffer.from(sign, 'base64');
  // Another spelling of the same bytes is another message.
  return signature.toString('base64') === sign && verify('RSA-SHA256', content, alipayPublicKey, signature);
}
