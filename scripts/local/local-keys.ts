import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Keys of one checkout's local cloud. Made at its first start, kept so that sessions outlive a restart; never shipped. */
export interface LocalKeys {
  readonly credentials: { readonly secretId: string; readonly secretKey: string; readonly sessionToken: string };
  readonly tokens: {
    readonly currentKeyId: string;
    readonly keys: { id: string; key: string }[];
    readonly codeKey: string;
    /** A checkout of before it was asked for has none. */
    readonly phoneKey?: string;
  };
  readonly operators: { readonly totpKey: string };
  readonly webhooks: { readonly secretKey: string };
  readonly payers: { readonly hashKey: string };
  readonly payees: { readonly sealKey: string };
}

function newKeys(): LocalKeys {
  const key = () => randomBytes(32).toString('base64');
  return {
    credentials: {
      secretId: `AKIDlocal${randomBytes(12).toString('hex')}`,
      secretKey: randomBytes(16).toString('hex'),
      sessionToken: randomBytes(24).toString('base64url'),
    },
    tokens: { currentKeyId: 'local-1', keys: [{ id: 'local-1', key: key() }], codeKey: key(), phoneKey: key() },
    operators: { totpKey: key() },
    webhooks: { secretKey: key() },
    payers: { hashKey: key() },
    payees: { sealKey: key() },
  };
}

/** Readable by this user alone; written whole or not at all. */
export function localKeys(file: string): LocalKeys {
  const kept = readKeys(file);
  if (kept && Object.keys(newKeys()).every((name) => name in kept)) return kept as LocalKeys;
  // A checkout of before some of them were needed keeps those that it has.
  const keys = { ...newKeys(), ...kept };
  mkdirSync(dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, JSON.stringify(keys), { mode: 0o600 });
  renameSync(partial, file);
  return keys;
}

function readKeys(file: string): Partial<LocalKeys> | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<LocalKeys>;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ENOENT') throw error;
    return undefined;
  }
}
