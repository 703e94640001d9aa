import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import * as z from 'zod/mini';
import { requireRsa } from '../require-rsa.ts';
import type { PlatformKeys } from './verify-signature.ts';

/**
 * The WeChat Pay public key (serial `PUB_KEY_ID_…`, PEM public key) and, during a migration, platform certificates
 * (serial in hex, PEM certificate) in the same list.
 */
export const PlatformKeyList = z
  .array(z.strictObject({ serial: z.string().check(z.regex(/^[0-9A-Za-z_]{1,128}$/)), pem: z.string() }))
  .check(z.minLength(1));

function openOne(field: string, serial: string, pem: string): KeyObject {
  if (pem.includes('PRIVATE KEY')) throw new TypeError(`${field}.pem is a private key; a public one belongs here`);
  const key = requireRsa(`${field}.pem`, () => createPublicKey(pem));
  const isCertificate = pem.includes('BEGIN CERTIFICATE');
  if (isCertificate && new X509Certificate(pem).serialNumber.toUpperCase() !== serial.toUpperCase()) {
    throw new TypeError(`${field}.serial is not the certificate's serial number`);
  }
  return key;
}

/** Made once for each instance. @throws TypeError that names the field */
export function openPlatformKeys(list: z.infer<typeof PlatformKeyList>): PlatformKeys {
  const keys = new Map<string, KeyObject>();
  list.forEach(({ serial, pem }, index) => {
    if (keys.has(serial)) throw new TypeError(`platformKeys.${index}.serial occurs twice`);
    keys.set(serial, openOne(`platformKeys.${index}`, serial, pem));
  });
  return keys;
}
