import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Bucket } from './bucket.ts';
import { CosError } from './cos-error.ts';
import type { CosRequest } from './cos-request.ts';
import { type PicRule, readPicOperations } from './pic-operations.ts';
import { reply } from './reply.ts';
import { escapeXml, renderXml } from './xml.ts';

export interface MadePicture {
  readonly bytes: Uint8Array;
  /** `PNG`, `JPEG`: as COS tells it. */
  readonly format: string;
  readonly width: number;
  readonly height: number;
}

/** Plays 数据万象: one rule on one picture. @throws PictureRefused, ConnectionCut */
export type ProcessPicture = (source: Uint8Array, rule: PicRule) => Promise<MadePicture>;

/** 数据万象's own refusal. `errNo`: a number of https://cloud.tencent.com/document/product/460/8523, as `X-ErrNo`. */
export class PictureRefused extends Error {
  readonly status: number;
  readonly code: string;
  readonly errNo: string;
  constructor(status: number, code: string, errNo = '') {
    super(code);
    [this.status, this.code, this.errNo] = [status, code, errNo];
  }
}

/** Nobody hears the answer. `made`: it acted first. */
export class ConnectionCut extends Error {
  readonly made: MadePicture | undefined;
  constructor(made?: MadePicture) {
    super('cut');
    this.made = made;
  }
}

/**
 * `POST /key?image_process` (云上数据处理): every rule's result is kept in the bucket, and the answer tells of it. The header must be
 * signed, for it says what is written where.
 */
export async function processImage(bucket: Bucket, request: CosRequest, play?: ProcessPicture): Promise<void> {
  if (!play) throw new CosError('NotImplemented', '数据万象 is not bound to this bucket');
  const signed =
    request.query.get('q-header-list') ?? /q-header-list=([^&]*)/.exec(request.header('authorization') ?? '')?.[1];
  if (!signed?.split(';').includes('pic-operations'))
    throw new CosError('AccessDenied', 'Pic-Operations is not signed');
  const rules = readPicOperations(request);
  const source = bucket.objects.head(request.key);
  if (!source) throw new CosError('NoSuchKey');
  const bytes = readFileSync(bucket.objects.pathOf(source));
  try {
    const made = [];
    for (const rule of rules) made.push(keep(bucket, rule.toKey, await play(bytes, rule), request.nowMs));
    const OriginalInfo = { Key: request.key, Location: bucket.location(request.key), ETag: source.etag };
    reply(request, 200, {}, renderXml('UploadResult', { OriginalInfo, ProcessResults: { Object: made } }));
  } catch (error) {
    if (error instanceof ConnectionCut) {
      const [rule] = rules;
      if (error.made && rule) keep(bucket, rule.toKey, error.made, request.nowMs);
      request.response.destroy();
    } else if (error instanceof PictureRefused) refuse(request, error);
    else throw error;
  }
}

function keep(bucket: Bucket, key: string, { bytes, format, width, height }: MadePicture, nowMs: number) {
  const path = bucket.objects.stagingPath();
  writeFileSync(path, bytes);
  const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
  const headers = { 'content-type': `image/${format.toLowerCase()}` };
  bucket.objects.commit(key, { path, etag, sizeBytes: bytes.length }, headers, nowMs);
  const facts = { Format: format, Width: width, Height: height, Size: bytes.length, Quality: 100 };
  return { Key: key, Location: bucket.location(key), ...facts, ETag: etag };
}

function refuse(request: CosRequest, { status, code, errNo }: PictureRefused): void {
  const body = `<?xml version='1.0' encoding='utf-8' ?>\n<Error>\n\t<Code>${escapeXml(code)}</Code>\n\t<Message>${escapeXml(code)}</Message>\n</Error>\n`;
  reply(request, status, errNo === '' ? {} : { 'X-ErrNo': errNo }, body);
}
