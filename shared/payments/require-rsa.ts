import type { KeyObject } from 'node:crypto';

const MIN_BITS = 2048;

/** @throws TypeError that names `field`, never the value, when the key is none, not RSA, or below 2048 bits */
export function requireRsa(field: string, read: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    throw new TypeError(`${field} is not a PEM key`);
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== 'rsa' || bits < MIN_BITS) {
    throw new TypeError(`${field} is not an RSA key of at least ${MIN_BITS} bits`);
  }
  return key;
}
