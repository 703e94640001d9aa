import type { Bucket } from './bucket.ts';
import { type CosRequest, decodeUri } from './cos-request.ts';
import { readPicOperations } from './pic-operations.ts';

export interface RequiredAction {
  readonly action: string;
  readonly resource: string;
}

/** What CAM must allow for a request, by https://cloud.tencent.com/document/product/436/30580. */
export function requiredActions(bucket: Bucket, request: CosRequest): RequiredAction[] {
  const resource = (place: Bucket, path: string) => `qcs::cos:${place.region}:uid/${place.appId}:${path}`;
  if (request.key === '') return [{ action: bucketAction(request), resource: resource(bucket, `${bucket.id}/`) }];
  if (request.method === 'POST' && request.query.has('image_process')) return pictureActions(bucket, request, resource);
  const needed = [{ action: objectAction(request), resource: resource(bucket, `${bucket.id}/${request.key}`) }];
  const source = /^([^.]+)\.cos\.[^/]+\/([^?]+)/.exec(request.header('x-cos-copy-source') ?? '');
  if (source) {
    const path = `${source[1]}/${decodeUri(source[2] ?? '')}`;
    needed.push({ action: 'cos:GetObject', resource: resource(bucket, path) });
  }
  return needed;
}

/** To read the picture, to write each result, and 数据万象's own action for each (https://cloud.tencent.com/document/product/436/79733). */
function pictureActions(
  bucket: Bucket,
  request: CosRequest,
  resource: (place: Bucket, path: string) => string,
): RequiredAction[] {
  const ofCi = `qcs::ci:${bucket.region}:uid/${bucket.appId}:bucket/${bucket.id}/${request.key}`;
  return [
    { action: 'cos:GetObject', resource: resource(bucket, `${bucket.id}/${request.key}`) },
    ...readPicOperations(request).flatMap(({ toKey, params }) => {
      const job = params.get('ci-process');
      const put = { action: 'cos:PutObject', resource: resource(bucket, `${bucket.id}/${toKey}`) };
      return job === undefined ? [put] : [put, { action: `ci:Create${job}Job`, resource: ofCi }];
    }),
  ];
}

function objectAction({ method, query }: CosRequest): string {
  const has = (name: string) => query.has(name);
  if (method === 'POST') return has('uploads') ? 'cos:InitiateMultipartUpload' : 'cos:CompleteMultipartUpload';
  if (has('uploadId')) {
    return { PUT: 'cos:UploadPart', DELETE: 'cos:AbortMultipartUpload' }[method] ?? 'cos:ListParts';
  }
  return `cos:${{ GET: 'Get', HEAD: 'Head', PUT: 'Put', DELETE: 'Delete' }[method] ?? method}Object`;
}

function bucketAction({ method, query }: CosRequest): string {
  if (method === 'POST' && query.has('delete')) return 'cos:DeleteMultipleObjects';
  const verb = { GET: 'Get', HEAD: 'Head', PUT: 'Put', DELETE: 'Delete' }[method] ?? method;
  const part = {
    acl: 'BucketACL',
    website: 'BucketWebsite',
    cors: 'BucketCORS',
    lifecycle: 'BucketLifecycle',
    uploads: 'BucketUploads',
  };
  const [, name = 'Bucket'] = Object.entries(part).find(([key]) => query.has(key)) ?? [];
  return `cos:${verb}${name}`;
}
