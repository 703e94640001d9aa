import COS from 'cos-nodejs-sdk-v5';
import type { Clock } from '../clock.ts';
import { type CosCredentials, type CosMethod, encodeForCos, signCosRequest } from './sign-url.ts';

/** There is no such object. */
export class ObjectNotFound extends Error {
  override readonly name = 'ObjectNotFound';
}
/** The object is no longer the one whose ETag was given (412). */
export class ObjectChanged extends Error {
  override readonly name = 'ObjectChanged';
}
/** COS refused the request (403, 416, …): trying again will not help. `code` is COS's own. */
export class ObjectRefused extends Error {
  override readonly name = 'ObjectRefused';
  readonly code: string;
  constructor(message: string, code: string, options: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
/** COS could not be reached or answered 5xx: worth trying again later. `cause` is the SDK's error. */
export class ObjectsUnavailable extends Error {
  override readonly name = 'ObjectsUnavailable';
  readonly retryable = true;
}

/** `etag` with its quotes, as in HTTP. `contentType` is '' where the object has none. */
export type ObjectHead = { etag: string; contentType: string; sizeBytes: number; lastModifiedMs: number };
export type ObjectBody = { bytes: Buffer; etag: string; contentType: string };

/** One bucket's objects. Every call may throw ObjectRefused and ObjectsUnavailable. */
export type Objects = {
  /** @throws ObjectNotFound */
  head(key: string): Promise<ObjectHead>;
  /**
   * The whole object in memory, or the bytes `[first, last]` of it, both included.
   * @throws ObjectNotFound, ObjectChanged when `ifMatch` is not its ETag
   */
  get(key: string, options?: { ifMatch?: string; range?: readonly [number, number] }): Promise<ObjectBody>;
  put(key: string, bytes: Uint8Array, contentType: string): Promise<{ etag: string }>;
  /** Within the bucket, by COS itself. @throws ObjectNotFound, ObjectChanged when `ifMatch` is not the source's ETag */
  copy(fromKey: string, toKey: string, options?: { ifMatch?: string }): Promise<{ etag: string }>;
  /** Also succeeds when there is no such object. */
  delete(key: string): Promise<void>;
};

export type ObjectsOptions = {
  /** `{name}-{appId}` */
  bucket: string;
  region: string;
  /** A local cloud's `http://host:port`. */
  endpoint?: string;
  /** Read for every request: temporary keys change while an instance lives. */
  credentials: () => CosCredentials;
  clock: Clock;
  /** For one attempt to connect, or to wait for the next bytes. */
  attemptTimeoutMs?: number;
  /** For a whole call, the SDK's three retries included. */
  deadlineMs?: number;
};

type SdkError = { statusCode?: number; code?: string; message?: string };

const SIGNED_HEADER = /^(host|content-|cache-control$|if-|range$|x-cos-)/i;
const SIGNATURE_SECONDS = 900;
/** Waited before the second, third and fourth attempt; the SDK itself would not wait at all. */
const RETRY_DELAYS_MS = [200, 400, 800];

const asText = (values: object | undefined, take: (name: string) => boolean) =>
  Object.fromEntries(
    Object.entries(values ?? {}).flatMap(([name, value]) => (take(name) ? [[name, String(value ?? '')]] : [])),
  );

/** Runs one call of the SDK, signed by our clock and ended by our deadline. @throws what Objects throws */
export type CosCall = <Result>(action: string, key: string, send: (cos: COS) => Promise<Result>) => Promise<Result>;

/**
 * The only module that makes a client of the SDK: bundled it is 811 KB (232 KB gzip) and takes 50–60 ms to load, which is little
 * beside image work and too much for a function that answers a click. Those use sign-url.ts.
 *
 * What the SDK leaves to be tamed here: it retries 5xx and network errors three times at once and cannot be told not to,
 * signs by the system clock, keeps the keys it was made with, and prints when it corrects its clock. `getAuthorization`
 * is asked before every attempt, so it signs with today's keys by our clock, waits between attempts, and ends them at
 * the deadline.
 */
export function cosCaller(options: ObjectsOptions): CosCall {
  const { endpoint, credentials, clock, attemptTimeoutMs = 10_000, deadlineMs = 30_000 } = options;

  /** A client per call costs 0.05 ms; connections are kept in the SDK's own pool. */
  function clientFor(isOver: () => boolean): COS {
    let attempts = 0;
    return new COS({
      ...(endpoint && { Domain: `${endpoint}/{Bucket}` }),
      Timeout: attemptTimeoutMs,
      // Its resume state; SCF's home directory is read-only.
      ConfCwd: '/tmp',
      CorrectClockSkew: false,
      AutoSwitchHost: false,
      getAuthorization: (request, callback) => {
        const sign = () => {
          // What is no signature makes the SDK stop, which is the one way to end its retries.
          if (isOver()) return callback('deadline');
          const keys = credentials();
          const startSeconds = Math.round(clock() / 1000) - 1;
          const authorization = signCosRequest({
            method: String(request.Method).toUpperCase() as CosMethod,
            key: request.Pathname.slice(1),
            query: asText(request.Query, () => true),
            headers: asText(request.Headers, (name) => SIGNED_HEADER.test(name)),
            credentials: keys,
            startSeconds,
            endSeconds: startSeconds + SIGNATURE_SECONDS,
          });
          // The SDK's README documents this shape; its typings know only two others.
          const signed = { Authorization: authorization, SecurityToken: keys.sessionToken ?? '' };
          callback(signed as unknown as COS.GetAuthorizationCallbackParams);
        };
        const delayMs = attempts === 0 ? 0 : (RETRY_DELAYS_MS[attempts - 1] ?? 800);
        attempts += 1;
        if (delayMs === 0) sign();
        else setTimeout(sign, delayMs);
      },
    });
  }

  return async function callCos<Result>(action: string, key: string, send: (cos: COS) => Promise<Result>) {
    let over = false;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        over = true;
        reject({ message: `no answer within ${deadlineMs} ms` } satisfies SdkError);
      }, deadlineMs);
    });
    try {
      return await Promise.race([send(clientFor(() => over)), deadline]);
    } catch (error) {
      throw asOurs(`${action} ${key}`, error as SdkError);
    } finally {
      clearTimeout(timer);
    }
  };
}

export function openObjects(options: ObjectsOptions): Objects {
  const { bucket, region } = options;
  const target = { Bucket: bucket, Region: region };
  const call = cosCaller(options);
  return {
    async head(key) {
      const { ETag, headers } = await call('head', key, (cos) => cos.headObject({ ...target, Key: key }));
      return {
        etag: ETag,
        contentType: String(headers?.['content-type'] ?? ''),
        sizeBytes: Number(headers?.['content-length']),
        lastModifiedMs: Date.parse(String(headers?.['last-modified'])),
      };
    },
    async get(key, { ifMatch, range } = {}) {
      const { Body, ETag, headers } = await call('get', key, (cos) =>
        cos.getObject({
          ...target,
          Key: key,
          ...(ifMatch !== undefined && { IfMatch: ifMatch }),
          ...(range && { Range: `bytes=${range[0]}-${range[1]}` }),
        }),
      );
      return { bytes: Body, etag: ETag, contentType: String(headers?.['content-type'] ?? '') };
    },
    async put(key, bytes, contentType) {
      const Body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const { ETag } = await call('put', key, (cos) =>
        cos.putObject({ ...target, Key: key, Body, ContentType: contentType }),
      );
      return { etag: ETag };
    },
    async copy(fromKey, toKey, { ifMatch } = {}) {
      const source = `${bucket}.cos.${region}.myqcloud.com/${encodeForCos(fromKey).replaceAll('%2F', '/')}`;
      const { ETag } = await call('copy', `${fromKey} → ${toKey}`, (cos) =>
        cos.putObjectCopy({
          ...target,
          Key: toKey,
          CopySource: source,
          ...(ifMatch !== undefined && { CopySourceIfMatch: ifMatch }),
        }),
      );
      return { etag: ETag };
    },
    async delete(key) {
      await call('delete', key, (cos) => cos.deleteObject({ ...target, Key: key }));
    },
  };
}

function asOurs(what: string, cause: SdkError): Error {
  const { statusCode, code = '' } = cause;
  const message = `COS ${what}: ${statusCode ?? ''} ${code} ${cause.message ?? ''}`.replace(/\s+/g, ' ').trim();
  if (statusCode === 404 && code !== 'NoSuchBucket') return new ObjectNotFound(message, { cause });
  if (statusCode === 412) return new ObjectChanged(message, { cause });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new ObjectRefused(message, code, { cause });
  return new ObjectsUnavailable(message, { cause });
}
