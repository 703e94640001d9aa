import { generateKeyPairSync, randomBytes, randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface KeyPair {
  readonly serial: string;
  readonly privatePem: string;
  readonly publicPem: string;
}

/** One merchant of the stand-in, and the stand-in's own keys. Generated at run time; nothing of it is in the repository. */
export interface CashierMerchant {
  readonly mchId: string;
  readonly appId: string;
  /** 32 characters. */
  readonly apiV3Key: string;
  readonly merchant: KeyPair;
  /** Public-key mode (`PUB_KEY_ID_…`): signs unless another key is asked for. */
  readonly platformPublicKey: KeyPair;
  /** A certificate's key (hex serial), beside it as during a migration. */
  readonly platformCertificate: KeyPair;
}

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export function randomDigits(count: number): string {
  return Array.from({ length: count }, () => randomInt(10)).join('');
}

export function randomLetters(count: number): string {
  return Array.from({ length: count }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

export function newKeyPair(serial: string): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { serial, privatePem: privateKey, publicPem: publicKey };
}

function hexSerial(): string {
  return randomBytes(20).toString('hex').toUpperCase();
}

function newMerchant(): CashierMerchant {
  return {
    mchId: `19${randomDigits(8)}`,
    appId: `wx${randomBytes(8).toString('hex')}`,
    apiV3Key: randomLetters(32),
    merchant: newKeyPair(hexSerial()),
    platformPublicKey: newKeyPair(`PUB_KEY_ID_01${randomDigits(28)}`),
    platformCertificate: newKeyPair(hexSerial()),
  };
}

/** Written whole or not at all. */
export function writeJsonFile(path: string, value: unknown): void {
  writeFileSync(`${path}.new`, JSON.stringify(value, null, 1), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** The folder's merchant, made on first use; without a folder a new one each time. Making one takes three RSA key pairs. */
export function openMerchant(dataFolder: string | undefined): CashierMerchant {
  if (dataFolder === undefined) return newMerchant();
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const path = join(dataFolder, 'merchant.json');
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as CashierMerchant;
  const made = newMerchant();
  writeJsonFile(path, made);
  return made;
}
