import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CosError } from './cos-error.ts';
import type { CosRequest } from './cos-request.ts';
import type { NewBlob } from './object-store.ts';

/** Configurations and part lists; 10 000 parts take 853 KB. */
const MAX_XML_BYTES = 2 * 1024 * 1024;

function expectedMd5(request: CosRequest): string | undefined {
  const value = request.header('content-md5');
  if (value === undefined) return undefined;
  const digest = Buffer.from(value, 'base64');
  if (digest.length !== 16) throw new CosError('InvalidDigest');
  return digest.toString('hex');
}

function checkLength(incoming: IncomingMessage, sizeBytes: number): void {
  const declared = incoming.headers['content-length'];
  if (!incoming.complete || (declared !== undefined && Number(declared) !== sizeBytes))
    throw new CosError('IncompleteBody');
}

/**
 * Streams a request's body into a file that nobody sees yet. On any failure, the file is gone.
 * @throws CosError BadDigest, InvalidDigest, IncompleteBody
 */
export async function receiveFile(request: CosRequest, path: string): Promise<NewBlob> {
  const wanted = expectedMd5(request);
  const md5 = createHash('md5');
  let sizeBytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      md5.update(chunk);
      sizeBytes += chunk.length;
      done(null, chunk);
    },
  });
  try {
    await pipeline(request.incoming, measure, createWriteStream(path, { flags: 'wx' }));
    checkLength(request.incoming, sizeBytes);
    const digest = md5.digest('hex');
    if (wanted !== undefined && wanted !== digest) throw new CosError('BadDigest');
    return { path, etag: `"${digest}"`, sizeBytes };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/** A small body as text. @throws CosError BadDigest, InvalidDigest, IncompleteBody, MalformedXML when it is too large */
export async function receiveText(request: CosRequest): Promise<string> {
  const wanted = expectedMd5(request);
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request.incoming as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_XML_BYTES) throw new CosError('MalformedXML');
    chunks.push(chunk);
  }
  checkLength(request.incoming, sizeBytes);
  const body = Buffer.concat(chunks);
  if (wanted !== undefined && wanted !== createHash('md5').update(body).digest('hex')) throw new CosError('BadDigest');
  return body.toString('utf8');
}
