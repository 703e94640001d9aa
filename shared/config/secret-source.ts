import { type Clock, systemClock } from '../clock.ts';
import { type Credentials, credentialsOf } from './credentials.ts';
import type { BaseConfig } from './read-config.ts';
import { callTencentApi } from './tencent-api.ts';

/** Reads secrets by name; a secret is a JSON document. */
export interface SecretSource {
  /** The secret's document, at most ten minutes old (older only while the manager cannot be reached). */
  readonly get: (name: string) => Promise<unknown>;
  /** The same, not from memory: for a secret that has just been refused, since it may have been rotated. */
  readonly refresh: (name: string) => Promise<unknown>;
}

export interface SecretSourceOptions {
  readonly region: string;
  readonly endpoint?: string | undefined;
  readonly credentials: () => Credentials;
  readonly clock: Clock;
  readonly timeoutMs?: number;
  /** Told when an old value is used because a new one could not be had. */
  readonly onStale?: (name: string, error: unknown) => void;
}

/** The secret exists but is no JSON document. Says nothing of its content: the parser's own message would quote it. */
export class SecretUnreadable extends Error {
  override readonly name = 'SecretUnreadable';
  constructor(secretName: string, problem: string) {
    super(`secret ${secretName}: ${problem}`);
  }
}

const TTL_MS = 10 * 60 * 1000;
const DEFAULT_TIMEOUT_MS = 5000;

/**
 * Tencent's secrets manager (SSM, GetSecretValue 2019-09-23, version `SSM_Current`: the one in use after a rotation).
 * One call at a time per name, whoever asks; ten minutes in memory; an old value outlives a failed refresh.
 */
export function secretSource(options: SecretSourceOptions): SecretSource {
  const kept = new Map<string, { value: unknown; readAtMs: number }>();
  const underWay = new Map<string, Promise<unknown>>();

  const load = (name: string): Promise<unknown> => {
    const running = underWay.get(name);
    if (running !== undefined) return running;
    const loading = readSecret(options, name)
      .then((value) => {
        kept.set(name, { value, readAtMs: options.clock() });
        return value;
      })
      .finally(() => underWay.delete(name));
    underWay.set(name, loading);
    return loading;
  };

  return {
    refresh: load,
    get: async (name) => {
      const known = kept.get(name);
      if (known !== undefined && options.clock() - known.readAtMs < TTL_MS) return known.value;
      try {
        return await load(name);
      } catch (error) {
        if (known === undefined) throw error;
        options.onStale?.(name, error);
        return known.value;
      }
    },
  };
}

async function readSecret(options: SecretSourceOptions, name: string): Promise<unknown> {
  const reply = await callTencentApi({
    service: 'ssm',
    version: '2019-09-23',
    action: 'GetSecretValue',
    payload: { SecretName: name, VersionId: 'SSM_Current' },
    region: options.region,
    endpoint: options.endpoint,
    credentials: options.credentials(),
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    nowMs: options.clock(),
  });
  const { SecretString: text, SecretBinary: binary } = reply;
  const json = typeof text === 'string' && text !== '' ? text : fromBase64(binary);
  if (json === null) throw new SecretUnreadable(name, 'is empty');
  try {
    return JSON.parse(json);
  } catch {
    throw new SecretUnreadable(name, 'is not JSON');
  }
}

const fromBase64 = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? Buffer.from(value, 'base64').toString('utf8') : null;

/** The source that a deployed function uses: its role's credentials, the region and stage of its configuration. */
export function secretsOf(
  config: Pick<BaseConfig, 'REGION' | 'SECRETS_ENDPOINT'>,
  clock: Clock = systemClock,
): SecretSource {
  return secretSource({
    region: config.REGION,
    endpoint: config.SECRETS_ENDPOINT,
    credentials: () => credentialsOf(),
    clock,
  });
}
