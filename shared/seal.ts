import { createCipheriv, createDecipheriv } from 'node:crypto';
import { randomToken } from './id.ts';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM under a fresh nonce, as base64url of nonce, tag and ciphertext. `owner` is bound to it: what was sealed for one does not
 * open for another, though somebody who can write to the database moved it there.
 */
export function seal(key: Buffer, plain: Buffer, owner: string): string {
  const nonce = Buffer.from(randomToken(NONCE_BYTES), 'base64url');
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** @throws Error when it was not sealed with this key for this owner, or is no longer whole */
export function unseal(key: Buffer, text: string, owner: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new RangeError('too short to have been sealed');
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(owner))
    .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
}
