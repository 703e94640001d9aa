import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KeyPair, newKeyPair, randomDigits, writeJsonFile } from '../cashier-merchant.ts';

/** One merchant of the stand-in at Alipay, and Alipay's own key. Generated at run time; nothing of it is in the repository. */
export interface AlipayMerchant {
  readonly appId: string;
  /** `2088` and 12 digits. */
  readonly sellerId: string;
  /** Signs what the merchant sends. */
  readonly app: KeyPair;
  /** Signs what Alipay answers and tells. */
  readonly alipay: KeyPair;
}

function newAlipayMerchant(): AlipayMerchant {
  return {
    appId: `2021${randomDigits(12)}`,
    sellerId: `2088${randomDigits(12)}`,
    app: newKeyPair('app'),
    alipay: newKeyPair('alipay'),
  };
}

/** The folder's merchant, made on first use; without a folder a new one each time. Making one takes two RSA key pairs. */
export function openAlipayMerchant(dataFolder: string | undefined): AlipayMerchant {
  if (dataFolder === undefined) return newAlipayMerchant();
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const path = join(dataFolder, 'alipay-merchant.json');
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as AlipayMerchant;
  const made = newAlipayMerchant();
  writeJsonFile(path, made);
  return made;
}
