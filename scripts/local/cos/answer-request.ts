import type { Bucket } from './bucket.ts';
import { checkedWebsite, readAcl, renderAcl } from './bucket-access.ts';
import { parseCors, renderCors } from './cors-rules.ts';
import { CosError } from './cos-error.ts';
import { type CosEventName, cosEvent } from './cos-event.ts';
import type { CosRequest } from './cos-request.ts';
import { getObject } from './get-object.ts';
import { parseLifecycle, renderLifecycle } from './lifecycle-rules.ts';
import { listObjects } from './list-objects.ts';
import * as multipart from './multipart-operations.ts';
import type { StoredObject } from './object-store.ts';
import { type ProcessPicture, processImage } from './process-image.ts';
import { receiveText } from './receive-body.ts';
import { reply } from './reply.ts';
import { copyObject, putObject } from './write-object.ts';

/** What one operation did to the bucket; no event without it. */
export type Change = { name: CosEventName; event: ReturnType<typeof cosEvent> };

/**
 * Carries out one request whose signature has been checked.
 * @returns the change, already durable, that a trigger may be told of
 * @throws CosError
 */
export async function answerRequest(
  bucket: Bucket,
  request: CosRequest,
  buckets: ReadonlyMap<string, Bucket>,
  play?: ProcessPicture,
): Promise<Change | undefined> {
  const changed = (name: CosEventName, object: StoredObject): Change => ({
    name,
    event: cosEvent(bucket, name, object, request),
  });
  if (request.key === '') {
    await answerBucket(bucket, request);
    return undefined;
  }
  const has = (name: string) => request.query.has(name);
  switch (request.method) {
    case 'GET':
      if (has('uploadId')) multipart.listParts(bucket, request);
      else await getObject(bucket, request);
      return undefined;
    case 'HEAD':
      await getObject(bucket, request);
      return undefined;
    case 'PUT': {
      if (has('partNumber') || has('uploadId')) {
        await multipart.uploadPart(bucket, request);
        return undefined;
      }
      if (request.header('x-cos-copy-source') !== undefined) {
        return changed('cos:ObjectCreated:Copy', copyObject(bucket, request, buckets));
      }
      return changed('cos:ObjectCreated:Put', await putObject(bucket, request));
    }
    case 'POST': {
      if (has('uploads')) {
        multipart.initiateUpload(bucket, request);
        return undefined;
      }
      if (has('image_process')) {
        await processImage(bucket, request, play);
        return undefined;
      }
      if (!has('uploadId'))
        throw new CosError('NotImplemented', 'Only multipart uploads and image_process are sent with POST here');
      return changed('cos:ObjectCreated:CompleteMultipartUpload', await multipart.completeUpload(bucket, request));
    }
    case 'DELETE': {
      if (has('uploadId')) {
        multipart.abortUpload(bucket, request);
        return undefined;
      }
      const deleted = bucket.objects.delete(request.key);
      reply(request, 204);
      return deleted && changed('cos:ObjectRemove:Delete', deleted);
    }
    default:
      throw new CosError('MethodNotAllowed');
  }
}

async function answerBucket(bucket: Bucket, request: CosRequest): Promise<void> {
  const part = ['acl', 'cors', 'lifecycle', 'uploads', 'website'].find((name) => request.query.has(name)) ?? '';
  switch (`${request.method} ${part}`) {
    case 'GET ':
      return listObjects(bucket, request);
    case 'HEAD ':
      return reply(request, 200);
    case 'GET uploads':
      return multipart.listUploads(bucket, request);
    case 'PUT ':
      throw new CosError('BucketAlreadyOwnedByYou');
    case 'GET acl':
      return reply(request, 200, {}, renderAcl(bucket.acl));
    case 'PUT acl':
      bucket.acl = readAcl(request.header('x-cos-acl'));
      return reply(request, 200);
    case 'GET website':
      if (bucket.website === '') throw new CosError('NoSuchWebsiteConfiguration');
      return reply(request, 200, {}, bucket.website);
    case 'PUT website':
      bucket.website = checkedWebsite(await receiveText(request));
      return reply(request, 200);
    case 'GET cors':
      if (bucket.cors.length === 0) throw new CosError('NoSuchCORSConfiguration');
      return reply(request, 200, {}, renderCors(bucket.cors));
    case 'PUT cors':
      bucket.cors = parseCors(await receiveText(request));
      return reply(request, 200);
    case 'DELETE cors':
      bucket.cors = [];
      return reply(request, 204);
    case 'GET lifecycle':
      if (bucket.lifecycle.length === 0) throw new CosError('NoSuchLifecycleConfiguration');
      return reply(request, 200, {}, renderLifecycle(bucket.lifecycle));
    case 'PUT lifecycle':
      bucket.lifecycle = parseLifecycle(await receiveText(request));
      return reply(request, 200);
    case 'DELETE lifecycle':
      bucket.lifecycle = [];
      return reply(request, 204);
    default:
      throw new CosError('MethodNotAllowed');
  }
}
