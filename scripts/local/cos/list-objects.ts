import type { Bucket } from './bucket.ts';
import { CosError } from './cos-error.ts';
import type { CosRequest } from './cos-request.ts';
import { pageSize } from './multipart-operations.ts';
import { reply } from './reply.ts';
import { renderXml } from './xml.ts';

const OWNER = { ID: '1250000000', DisplayName: '1250000000' };
const isAfter = (key: string, marker: string): boolean => Buffer.compare(Buffer.from(key), Buffer.from(marker)) > 0;

/** GET of a bucket: keys after `marker` under `prefix`; those that hold `delimiter` behind it are folded together. */
export function listObjects(bucket: Bucket, request: CosRequest): void {
  const prefix = request.query.get('prefix') ?? '';
  const delimiter = request.query.get('delimiter') ?? '';
  const marker = request.query.get('marker') ?? '';
  const encoding = request.query.get('encoding-type');
  if (encoding !== undefined && encoding !== 'url') throw new CosError('InvalidArgument', 'encoding-type must be url');
  const maxKeys = pageSize(request, 'max-keys');
  const shown = (key: string): string => (encoding ? encodeURIComponent(key) : key);

  const keys: string[] = [];
  const folders: string[] = [];
  let last = '';
  let truncated = false;
  for (const key of bucket.objects.keys()) {
    if (!key.startsWith(prefix) || !isAfter(key, marker)) continue;
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const entry = cut === -1 ? key : key.slice(0, cut + delimiter.length);
    // A folder already shown, on this page or, where it is the marker, on the one before.
    if (cut !== -1 && (entry === folders.at(-1) || entry === marker)) continue;
    if (keys.length + folders.length === maxKeys) {
      truncated = true;
      break;
    }
    (cut === -1 ? keys : folders).push(entry);
    last = entry;
  }

  const result = {
    Name: bucket.id,
    ...(encoding && { EncodingType: encoding }),
    Prefix: shown(prefix),
    Marker: shown(marker),
    MaxKeys: maxKeys,
    ...(delimiter && { Delimiter: shown(delimiter) }),
    IsTruncated: truncated,
    ...(truncated && { NextMarker: shown(last) }),
    Contents: keys.map((key) => {
      const { etag, sizeBytes, lastModifiedMs } = bucket.objects.head(key)!;
      const LastModified = new Date(lastModifiedMs).toISOString();
      return { Key: shown(key), LastModified, ETag: etag, Size: sizeBytes, Owner: OWNER, StorageClass: 'STANDARD' };
    }),
    CommonPrefixes: folders.map((folder) => ({ Prefix: shown(folder) })),
  };
  reply(request, 200, {}, renderXml('ListBucketResult', result));
}
