import { rmSync } from 'node:fs';
import type { Change } from './answer-request.ts';
import type { Bucket } from './bucket.ts';
import { CosError } from './cos-error.ts';
import { cosEvent } from './cos-event.ts';
import type { CosRequest } from './cos-request.ts';
import { receiveText } from './receive-body.ts';
import { reply } from './reply.ts';
import { childrenOf, parseXml, renderXml, textOf } from './xml.ts';

const MOST_KEYS = 1000;

/** POST with `delete`: up to a thousand keys at once; one that is not there counts as deleted. */
export async function deleteObjects(bucket: Bucket, request: CosRequest): Promise<Change[]> {
  if (request.header('content-md5') === undefined) throw new CosError('InvalidRequest', 'Content-MD5 must be set');
  const root = parseXml(await receiveText(request));
  const keys = childrenOf(root, 'Object').map((one) => textOf(one, 'Key') ?? '');
  if (root?.name !== 'Delete' || keys.length === 0 || keys.length > MOST_KEYS || keys.includes(''))
    throw new CosError('MalformedXML');
  const name = 'cos:ObjectRemove:Delete';
  const changes = keys.flatMap((key): Change[] => {
    const deleted = bucket.objects.delete(key);
    return deleted ? [{ name, event: cosEvent(bucket, name, deleted, request) }] : [];
  });
  const isQuiet = textOf(root, 'Quiet') === 'true';
  reply(request, 200, {}, renderXml('DeleteResult', { Deleted: isQuiet ? [] : keys.map((Key) => ({ Key })) }));
  return changes;
}

/** DELETE of a bucket, which must hold neither objects nor unfinished uploads. */
export function deleteBucket(bucket: Bucket, request: CosRequest): void {
  if (bucket.objects.keys().length > 0 || bucket.uploads.list().length > 0) throw new CosError('BucketNotEmpty');
  rmSync(bucket.folder, { recursive: true, force: true });
  reply(request, 204);
}
