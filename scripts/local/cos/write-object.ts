import type { Bucket } from './bucket.ts';
import { CosError } from './cos-error.ts';
import { type CosRequest, decodeUri } from './cos-request.ts';
import { checkConditions } from './get-object.ts';
import type { StoredObject } from './object-store.ts';
import { receiveFile } from './receive-body.ts';
import { reply } from './reply.ts';
import { renderXml } from './xml.ts';

const KEPT = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

/** The request's headers that stay with the object. */
export function keptHeaders(request: CosRequest): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.incoming.headers)) {
    if (typeof value === 'string' && value !== '' && (KEPT.includes(name) || name.startsWith('x-cos-meta-'))) {
      kept[name] = value;
    }
  }
  return kept;
}

export function refuseOverwrite(bucket: Bucket, request: CosRequest): void {
  const forbidden = request.header('x-cos-forbid-overwrite') === 'true';
  if (forbidden && bucket.objects.head(request.key)) throw new CosError('FileAlreadyExists');
}

/** PUT of an object's bytes. @returns the object, durable, for its event */
export async function putObject(bucket: Bucket, request: CosRequest): Promise<StoredObject> {
  refuseOverwrite(bucket, request);
  const bytes = await receiveFile(request, bucket.objects.stagingPath());
  refuseOverwrite(bucket, request);
  const object = bucket.objects.commit(request.key, bytes, keptHeaders(request), request.nowMs);
  reply(request, 200, { ETag: object.etag });
  return object;
}

/** Only within this stand-in's own buckets. */
function copySource(request: CosRequest, buckets: ReadonlyMap<string, Bucket>): StoredObject & { from: Bucket } {
  const source = request.header('x-cos-copy-source') ?? '';
  const parts = /^([a-z0-9-]+-\d+)\.cos\.([a-z0-9-]+)\.(?:myqcloud\.com|tencentcos\.cn)\/([^?]+)$/.exec(source);
  if (!parts)
    throw new CosError('InvalidArgument', 'x-cos-copy-source must be {bucket}.cos.{region}.myqcloud.com/{key}');
  const from = buckets.get(parts[1]!);
  if (!from || from.region !== parts[2]) throw new CosError('NoSuchBucket');
  const object = from.objects.head(decodeUri(parts[3]!));
  if (!object) throw new CosError('NoSuchKey');
  return { ...object, from };
}

/** PUT with x-cos-copy-source. @throws CosError NoSuchKey, PreconditionFailed, InvalidRequest */
export function copyObject(bucket: Bucket, request: CosRequest, buckets: ReadonlyMap<string, Bucket>): StoredObject {
  const { from, ...source } = copySource(request, buckets);
  // A copy whose reader "already has it" fails like any other condition.
  if (checkConditions(request, source, 'x-cos-copy-source-') === 304) throw new CosError('PreconditionFailed');
  const replaced = request.header('x-cos-metadata-directive')?.toLowerCase() === 'replaced';
  if (from === bucket && source.key === request.key && !replaced) {
    throw new CosError('InvalidRequest', 'A copy onto itself must replace the metadata.');
  }
  refuseOverwrite(bucket, request);
  const headers = replaced ? keptHeaders(request) : source.headers;
  const sourcePath = from.objects.pathOf(source);
  const object = bucket.objects.link(sourcePath, {
    ...source,
    key: request.key,
    headers,
    lastModifiedMs: request.nowMs,
  });
  const LastModified = new Date(object.lastModifiedMs).toISOString();
  reply(request, 200, {}, renderXml('CopyObjectResult', { ETag: object.etag, LastModified }));
  return object;
}
