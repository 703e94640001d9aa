import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../shared/clock.ts';
import { answerRequest } from './answer-request.ts';
import { applyLifecycle } from './apply-lifecycle.ts';
import { Bucket, type BucketSettings } from './bucket.ts';
import { readAcl } from './bucket-access.ts';
import { corsHeaders, matchingRule, preflightHeaders } from './cors-rules.ts';
import { CosError, errorXml } from './cos-error.ts';
import type { CosEvent } from './cos-event.ts';
import { type CosRequest, newRequestId, readCosRequest } from './cos-request.ts';
import type { ProcessPicture } from './process-image.ts';
import { deleteBucket, deleteObjects } from './remove-objects.ts';
import { reply } from './reply.ts';
import { requiredActions } from './required-actions.ts';
import { type SecretKeyOf, verifySignature } from './verify-signature.ts';

export type LocalCosOptions = {
  /** Belongs to this server alone while it runs; objects outlive it. */
  dataFolder: string;
  appId: string;
  region: string;
  clock: Clock;
  secretKeyOf: SecretKeyOf;
  /** What the signer's policies allow; default: everything. */
  mayDo?: (secretId: string, action: string, resource: string) => boolean;
  buckets: readonly BucketSettings[];
  /** PUT of a bucket that is not there makes it; default: there are those of `buckets` alone. */
  makesBuckets?: boolean;
  /** Plays 数据万象 on every bucket; without it none has it. */
  processPicture?: ProcessPicture;
  /** Told after a change is durable. Matching a trigger's rule, addressing and delivering are the caller's. */
  onEvent?: (bucket: string, event: CosEvent) => void;
  /** Told of what is a bug of this server, or of `onEvent`; default: a line on stderr. */
  onBug?: (error: unknown) => void;
};

/** What is set for a bucket as a whole. */
export type BucketRules = Required<Pick<BucketSettings, 'cors' | 'lifecycle'>>;

export type LocalCos = {
  /** `http://127.0.0.1:{port}`: objects are at `{url}/{bucket}/{key}`. */
  url: string;
  port: number;
  /** Since the start. `refused` counts answers of 4xx and 5xx. */
  stats: { requests: number; refused: number; events: number };
  /** What COS does once a day: deletes objects and unfinished uploads that the rules have outlived. */
  runLifecycle(): { objects: number; uploads: number };
  /** For the developer's screen: keys of a bucket (`{name}-{appId}`) under a prefix. */
  keys(bucketId: string, prefix: string): readonly string[];
  /** For whoever plays another of the cloud's services: an object's bytes, without a signature. */
  read(bucketId: string, key: string): Buffer | null;
  /** As they were put. @throws when there is no such bucket */
  rules(bucketId: string): BucketRules;
  /** Ends connections too. */
  close(): Promise<void>;
};

/**
 * A COS on this machine's loopback: signatures, errors, conditions, multipart uploads, CORS, lifecycle and events are
 * the service's; every bucket is private. Addressed by path, or by host as a proxy would be.
 */
export async function startLocalCos(options: LocalCosOptions): Promise<LocalCos> {
  const { clock, secretKeyOf, mayDo = () => true, onEvent } = options;
  const onBug = options.onBug ?? ((error: unknown) => process.stderr.write(`local COS: ${String(error)}\n`));
  const buckets = new Map(options.buckets.map((settings) => new Bucket(settings, options)).map((one) => [one.id, one]));
  const stats = { requests: 0, refused: 0, events: 0 };

  function emit(bucket: string, event: CosEvent): void {
    stats.events += 1;
    try {
      onEvent?.(bucket, event);
    } catch (error) {
      onBug(error);
    }
  }

  function makeBucket(request: CosRequest): void {
    if (request.query.size > 0) throw new CosError('NoSuchBucket');
    const [, name = '', appId] = /^(.+)-(\d+)$/.exec(request.bucket) ?? [];
    if (appId !== options.appId || !/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(name))
      throw new CosError('InvalidArgument', 'the bucket must be named {name}-{appId}');
    const bucket = new Bucket({ name }, options);
    bucket.acl = readAcl(request.header('x-cos-acl'));
    buckets.set(bucket.id, bucket);
    reply(request, 200);
  }

  async function serve(request: CosRequest): Promise<void> {
    const bucket = buckets.get(request.bucket);
    const origin = request.header('origin');
    if (request.method === 'OPTIONS') {
      if (!bucket) throw new CosError('NoSuchBucket');
      const method = request.header('access-control-request-method') ?? '';
      const headers = request.header('access-control-request-headers') ?? '';
      return reply(request, 200, preflightHeaders(bucket.cors, { origin: origin ?? '', method, headers }));
    }
    const rule = origin && bucket && matchingRule(bucket.cors, origin, request.method, []);
    if (rule)
      for (const [name, value] of Object.entries(corsHeaders(rule, origin))) request.response.setHeader(name, value);
    const secretId = verifySignature(request, secretKeyOf);
    if (!bucket && options.makesBuckets && request.method === 'PUT' && request.key === '') return makeBucket(request);
    if (!bucket) throw new CosError('NoSuchBucket');
    for (const { action, resource } of requiredActions(bucket, request)) {
      if (!mayDo(secretId, action, resource))
        throw new CosError('AccessDenied', `no policy allows ${action} ${resource}`);
    }
    if (request.key === '' && request.method === 'POST' && request.query.has('delete')) {
      for (const { event } of await deleteObjects(bucket, request)) emit(bucket.name, event);
      return;
    }
    if (request.key === '' && request.method === 'DELETE' && request.query.size === 0) {
      deleteBucket(bucket, request);
      buckets.delete(bucket.id);
      return;
    }
    const change = await answerRequest(bucket, request, buckets, options.processPicture);
    if (change) emit(bucket.name, change.event);
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    stats.requests += 1;
    const nowMs = clock();
    const requestId = newRequestId(nowMs);
    response.setHeader('Server', 'tencent-cos');
    response.setHeader('Date', new Date(nowMs).toUTCString());
    response.setHeader('x-cos-request-id', requestId);
    try {
      await serve(readCosRequest(incoming, response, nowMs, requestId));
    } catch (error) {
      stats.refused += 1;
      // The client has gone in the middle of its body: there is nobody to tell.
      if (incoming.destroyed && !incoming.complete) return;
      const gone = (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE';
      if (!(error instanceof CosError) && !gone) onBug(error);
      if (response.headersSent) return void response.destroy();
      const refusal = error instanceof CosError ? error : new CosError('InternalError');
      refuse(incoming, response, refusal, requestId);
    }
  }

  const server = createServer((incoming, response) => void handle(incoming, response));
  // Longer than a client keeps a connection, so that it is never the server that closes under a request.
  server.keepAliveTimeout = 65_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    stats,
    keys: (bucketId, prefix) => (buckets.get(bucketId)?.objects.keys() ?? []).filter((key) => key.startsWith(prefix)),
    rules(bucketId) {
      const bucket = buckets.get(bucketId);
      if (!bucket) throw new Error(`there is no bucket ${bucketId}`);
      return { cors: bucket.cors, lifecycle: bucket.lifecycle };
    },
    read(bucketId, key) {
      const objects = buckets.get(bucketId)?.objects;
      const object = objects?.head(key);
      return objects && object ? readFileSync(objects.pathOf(object)) : null;
    },
    runLifecycle() {
      const removed = [...buckets.values()].map((bucket) => applyLifecycle(bucket, clock()));
      return {
        objects: removed.reduce((sum, { objects }) => sum + objects, 0),
        uploads: removed.reduce((sum, { uploads }) => sum + uploads, 0),
      };
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function refuse(incoming: IncomingMessage, response: ServerResponse, error: CosError, requestId: string): void {
  const resource = `${incoming.headers.host ?? ''}${(incoming.url ?? '').replace(/\?.*$/, '')}`;
  const body = errorXml(error, resource, requestId, Buffer.from(requestId).toString('base64'));
  response.setHeader('Content-Type', 'application/xml');
  response.writeHead(error.status, { 'Content-Length': Buffer.byteLength(body) });
  response.end(incoming.method === 'HEAD' ? undefined : body);
}
