import { rmSync } from 'node:fs';
import type { Bucket } from './bucket.ts';
import { CosError } from './cos-error.ts';
import type { CosRequest } from './cos-request.ts';
import type { StoredObject } from './object-store.ts';
import { receiveFile, receiveText } from './receive-body.ts';
import { reply } from './reply.ts';
import { keptHeaders, refuseOverwrite } from './write-object.ts';
import { childrenOf, parseXml, renderXml, textOf } from './xml.ts';

const MAX_PARTS = 10_000;
const OWNER = { ID: 'qcs::cam::uin/100000000001:uin/100000000001', DisplayName: '100000000001' };

/** A count in the query, at most 1000, which is also what it is when left out. @throws CosError InvalidArgument */
export function pageSize(request: CosRequest, name: string): number {
  const text = request.query.get(name) ?? '1000';
  if (!/^\d{1,9}$/.test(text)) throw new CosError('InvalidArgument', `${name} must be a number`);
  return Math.min(Number(text), 1000);
}

const uploadOf = (bucket: Bucket, request: CosRequest) =>
  bucket.uploads.find(request.query.get('uploadId') ?? '', request.key);

export function initiateUpload(bucket: Bucket, request: CosRequest): void {
  const { uploadId } = bucket.uploads.initiate(request.key, keptHeaders(request), request.nowMs);
  const result = { Bucket: bucket.id, Key: request.key, UploadId: uploadId };
  reply(request, 200, {}, renderXml('InitiateMultipartUploadResult', result));
}

export async function uploadPart(bucket: Bucket, request: CosRequest): Promise<void> {
  if (request.header('x-cos-copy-source') !== undefined) {
    throw new CosError('NotImplemented', 'Upload Part - Copy is not implemented');
  }
  const text = request.query.get('partNumber') ?? '';
  const partNumber = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0;
  if (partNumber < 1 || partNumber > MAX_PARTS) throw new CosError('InvalidArgument', 'partNumber must be 1 to 10000');
  const upload = uploadOf(bucket, request);
  const bytes = await receiveFile(request, bucket.objects.stagingPath());
  bucket.uploads.addPart(upload, partNumber, bytes, request.nowMs);
  reply(request, 200, { ETag: bytes.etag });
}

export async function completeUpload(bucket: Bucket, request: CosRequest): Promise<StoredObject> {
  const upload = uploadOf(bucket, request);
  const root = parseXml(await receiveText(request));
  const wanted = childrenOf(root, 'Part').map((part) => ({
    partNumber: Number(textOf(part, 'PartNumber')),
    etag: textOf(part, 'ETag') ?? '',
  }));
  const malformed = wanted.some(({ partNumber, etag }) => !Number.isInteger(partNumber) || etag === '');
  if (root?.name !== 'CompleteMultipartUpload' || wanted.length === 0 || malformed) throw new CosError('MalformedXML');
  refuseOverwrite(bucket, request);
  const bytes = await bucket.uploads.join(upload, wanted, bucket.objects.stagingPath());
  // Whoever else completed or aborted it while the parts were joined has won.
  if (!bucket.uploads.abort(upload.uploadId)) {
    rmSync(bytes.path, { force: true });
    throw new CosError('NoSuchUpload');
  }
  const object = bucket.objects.commit(upload.key, bytes, { ...upload.headers }, request.nowMs);
  const location = bucket.location(object.key);
  const result = { Location: `http://${location}`, Bucket: bucket.id, Key: object.key, ETag: object.etag };
  reply(request, 200, {}, renderXml('CompleteMultipartUploadResult', result));
  return object;
}

export function abortUpload(bucket: Bucket, request: CosRequest): void {
  bucket.uploads.abort(uploadOf(bucket, request).uploadId);
  reply(request, 204);
}

export function listParts(bucket: Bucket, request: CosRequest): void {
  const upload = uploadOf(bucket, request);
  const maxParts = pageSize(request, 'max-parts');
  const marker = Number(request.query.get('part-number-marker') ?? 0);
  const after = bucket.uploads.parts(upload).filter(({ partNumber }) => partNumber > marker);
  const page = after.slice(0, maxParts);
  const truncated = after.length > page.length;
  const result = {
    Bucket: bucket.id,
    Key: upload.key,
    UploadId: upload.uploadId,
    Initiator: OWNER,
    Owner: OWNER,
    StorageClass: 'STANDARD',
    PartNumberMarker: marker,
    ...(truncated && { NextPartNumberMarker: page.at(-1)?.partNumber ?? marker }),
    MaxParts: maxParts,
    IsTruncated: truncated,
    Part: page.map(({ partNumber, etag, sizeBytes, lastModifiedMs }) => ({
      PartNumber: partNumber,
      LastModified: new Date(lastModifiedMs).toISOString(),
      ETag: etag,
      Size: sizeBytes,
    })),
  };
  reply(request, 200, {}, renderXml('ListPartsResult', result));
}

export function listUploads(bucket: Bucket, request: CosRequest): void {
  const prefix = request.query.get('prefix') ?? '';
  const keyMarker = request.query.get('key-marker') ?? '';
  const idMarker = request.query.get('upload-id-marker') ?? '';
  const maxUploads = pageSize(request, 'max-uploads');
  const after = bucket.uploads.list().filter(({ key, uploadId }) => {
    const order = Buffer.compare(Buffer.from(key), Buffer.from(keyMarker));
    return key.startsWith(prefix) && (order > 0 || (order === 0 && idMarker !== '' && uploadId > idMarker));
  });
  const page = after.slice(0, maxUploads);
  const last = page.at(-1);
  const truncated = after.length > page.length;
  const result = {
    Bucket: bucket.id,
    Prefix: prefix,
    KeyMarker: keyMarker,
    UploadIdMarker: idMarker,
    ...(truncated && last && { NextKeyMarker: last.key, NextUploadIdMarker: last.uploadId }),
    MaxUploads: maxUploads,
    IsTruncated: truncated,
    Upload: page.map(({ key, uploadId, initiatedMs }) => ({
      Key: key,
      UploadId: uploadId,
      Initiator: OWNER,
      Owner: OWNER,
      StorageClass: 'STANDARD',
      Initiated: new Date(initiatedMs).toISOString(),
    })),
  };
  reply(request, 200, {}, renderXml('ListMultipartUploadsResult', result));
}
