import { createDecipheriv, type KeyObject } from 'node:crypto';

const TAG_BYTES = 16;
export const NONCE_BYTES = 12;

/**
 * AES-256-GCM with the tag as the last 16 bytes. `final()` is the step that checks the tag: without it every altered
 * ciphertext would "decrypt".
 * @throws Error when the tag does not fit
 */
export function openSealed(key: KeyObject, nonce: Uint8Array, associatedData: Uint8Array, sealed: Uint8Array): Buffer {
  if (nonce.length !== NONCE_BYTES) throw new RangeError(`the nonce must have ${NONCE_BYTES} bytes`);
  if (sealed.length < TAG_BYTES) throw new RangeError('the ciphertext is shorter than its tag');
  const tagAt = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(associatedData);
  decipher.setAuthTag(sealed.subarray(tagAt));
  return Buffer.concat([decipher.update(sealed.subarray(0, tagAt)), decipher.final()]);
}

export interface EncryptedResource {
  readonly ciphertext: string;
  readonly nonce: string;
  readonly associated_data: string;
}

/**
 * Opens the `resource` of a notice with the merchant's APIv3 key.
 * https://pay.weixin.qq.com/docs/partner/products/platform-certificate/decryption-certificate.html
 * @returns the plaintext's bytes, or undefined when the key, nonce, associated data or ciphertext is not what was sealed
 */
export function decryptResource(resource: EncryptedResource, apiV3Key: KeyObject): Buffer | undefined {
  try {
    return openSealed(
      apiV3Key,
      Buffer.from(resource.nonce),
      Buffer.from(resource.associated_data),
      Buffer.from(resource.ciphertext, 'base64'),
    );
  } catch {
    return undefined;
  }
}
