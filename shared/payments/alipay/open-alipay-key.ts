import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { requireRsa } from '../require-rsa.ts';

/** Alipay's own tools hand keys out as bare base64 of the DER. */
const BARE = /^[0-9A-Za-z+/\s]+={0,2}\s*$/;

/** Alipay's public key: PEM, or as the open platform shows it. @throws TypeError that names the field, never the value */
export function openAlipayPublicKey(field: string, text: string): KeyObject {
  if (text.includes('PRIVATE KEY')) throw new TypeError(`${field} is a private key; a public one belongs here`);
  return requireRsa(field, () =>
    BARE.test(text)
      ? createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' })
      : createPublicKey(text),
  );
}

/** The app's private key: PEM, or bare base64 of PKCS#8 or PKCS#1. @throws TypeError that names the field, never the value */
export function openAppPrivateKey(field: string, text: string): KeyObject {
  if (!BARE.test(text)) return requireRsa(field, () => createPrivateKey(text));
  const key = Buffer.from(text, 'base64');
  return requireRsa(field, () => {
    try {
      return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
    } catch {
      return createPrivateKey({ key, format: 'der', type: 'pkcs1' });
    }
  });
}
