import { cosCaller, type ObjectsOptions } from './objects.ts';

/** COS takes parts of 1 MB to 5 GB, at most 10,000 (https://cloud.tencent.com/document/product/436/14518): so 80 GB. */
const PART_BYTES = 8 * 1024 * 1024;

/** Writes one object whose size nobody knows yet, holding one part at a time. */
export interface PartUploads {
  /**
   * @returns the bytes written; nothing is to be seen of the object before. What fails is taken back, as far as COS can be reached;
   * what a killed process leaves is ended by the bucket's rule for unfinished uploads.
   * @throws what Objects throws, and what `chunks` throws
   */
  write(key: string, chunks: AsyncIterable<Uint8Array>, contentType: string): Promise<number>;
}

export function openPartUploads(options: ObjectsOptions): PartUploads {
  const call = cosCaller(options);
  const target = { Bucket: options.bucket, Region: options.region };
  return {
    async write(key, chunks, contentType) {
      const at = { ...target, Key: key };
      const { UploadId } = await call('begin', key, (cos) => cos.multipartInit({ ...at, ContentType: contentType }));
      const upload = { ...at, UploadId };
      try {
        const sent: { PartNumber: number; ETag: string }[] = [];
        let sizeBytes = 0;
        for await (const part of partsOf(chunks)) {
          const PartNumber = sent.length + 1;
          const { ETag } = await call('part', key, (cos) =>
            cos.multipartUpload({ ...upload, PartNumber, Body: part, ContentLength: part.byteLength }),
          );
          sent.push({ PartNumber, ETag });
          sizeBytes += part.byteLength;
        }
        await call('complete', key, (cos) => cos.multipartComplete({ ...upload, Parts: sent }));
        return sizeBytes;
      } catch (error) {
        await call('abort', key, (cos) => cos.multipartAbort(upload)).catch(() => undefined);
        throw error;
      }
    },
  };
}

/** The same bytes, in parts of one size; the last is what remains. */
async function* partsOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.byteLength; ) {
      const piece = chunk.subarray(from, from + PART_BYTES - heldBytes);
      held.push(piece);
      heldBytes += piece.byteLength;
      from += piece.byteLength;
      if (heldBytes === PART_BYTES) {
        yield Buffer.concat(held);
        held = [];
        heldBytes = 0;
      }
    }
  }
  if (heldBytes > 0) yield Buffer.concat(held);
}
