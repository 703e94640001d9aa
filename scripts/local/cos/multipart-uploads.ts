import { createHash, randomBytes } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CosError } from './cos-error.ts';
import type { NewBlob } from './object-store.ts';

export type Upload = { uploadId: string; key: string; initiatedMs: number; headers: Readonly<Record<string, string>> };
export type Part = { partNumber: number; etag: string; sizeBytes: number; lastModifiedMs: number; path: string };

const MIN_PART_BYTES = 1024 * 1024;

/** Unfinished uploads of one bucket: a folder each, a file for each part, its number and digest in its name. */
export class MultipartUploads {
  readonly #folder: string;
  readonly #uploads = new Map<string, Upload>();

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    for (const uploadId of readdirSync(folder)) {
      try {
        const text = readFileSync(join(folder, uploadId, 'upload.json'), 'utf8');
        this.#uploads.set(uploadId, JSON.parse(text) as Upload);
      } catch {
        // Begun or ended by a process that was killed meanwhile.
        rmSync(join(folder, uploadId), { recursive: true, force: true });
      }
    }
  }

  initiate(key: string, headers: Record<string, string>, initiatedMs: number): Upload {
    const uploadId = `${Math.floor(initiatedMs / 1000)}${randomBytes(24).toString('hex')}`;
    const upload = { uploadId, key, initiatedMs, headers };
    mkdirSync(join(this.#folder, uploadId));
    writeFileSync(join(this.#folder, uploadId, 'upload.json'), JSON.stringify(upload));
    this.#uploads.set(uploadId, upload);
    return upload;
  }

  /** @throws CosError NoSuchUpload, also when the id belongs to another key */
  find(uploadId: string, key: string): Upload {
    const upload = this.#uploads.get(uploadId);
    if (upload?.key !== key) throw new CosError('NoSuchUpload');
    return upload;
  }

  /** By key, then by id. */
  list(): Upload[] {
    return [...this.#uploads.values()].sort(
      (a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)) || (a.uploadId < b.uploadId ? -1 : 1),
    );
  }

  /** A part sent again replaces the one before. @throws CosError NoSuchUpload when it was aborted meanwhile */
  addPart(upload: Upload, partNumber: number, bytes: NewBlob, nowMs: number): void {
    this.find(upload.uploadId, upload.key);
    const before = this.parts(upload).find((part) => part.partNumber === partNumber);
    const name = `${partNumber}.${bytes.etag.replaceAll('"', '')}.part`;
    const path = join(this.#folder, upload.uploadId, name);
    renameSync(bytes.path, path);
    utimesSync(path, nowMs / 1000, nowMs / 1000);
    if (before && before.path !== path) rmSync(before.path, { force: true });
  }

  parts(upload: Upload): Part[] {
    const folder = join(this.#folder, upload.uploadId);
    const parts = readdirSync(folder).flatMap((name) => {
      const [partNumber, digest, kind] = name.split('.');
      if (kind !== 'part') return [];
      const path = join(folder, name);
      const { size, mtimeMs } = statSync(path);
      return { partNumber: Number(partNumber), etag: `"${digest}"`, sizeBytes: size, lastModifiedMs: mtimeMs, path };
    });
    return parts.sort((a, b) => a.partNumber - b.partNumber);
  }

  /**
   * Joins the listed parts into one file; the upload itself stays until `abort`.
   * The ETag's form is "…-N", as COS's; its digits are of our own making (MD5 of the parts' MD5s).
   * @throws CosError InvalidPart, InvalidPartOrder, EntityTooSmall
   */
  async join(upload: Upload, wanted: readonly { partNumber: number; etag: string }[], path: string): Promise<NewBlob> {
    const present = new Map(this.parts(upload).map((part) => [part.partNumber, part]));
    if (wanted.some(({ partNumber }, index) => index > 0 && wanted[index - 1]!.partNumber >= partNumber)) {
      throw new CosError('InvalidPartOrder');
    }
    const chosen = wanted.map(({ partNumber, etag }) => {
      const part = present.get(partNumber);
      if (part?.etag.replaceAll('"', '') !== etag.replaceAll('"', '')) throw new CosError('InvalidPart');
      return part;
    });
    if (chosen.slice(0, -1).some(({ sizeBytes }) => sizeBytes < MIN_PART_BYTES)) throw new CosError('EntityTooSmall');
    const md5 = createHash('md5');
    try {
      for (const part of chosen) {
        md5.update(Buffer.from(part.etag.replaceAll('"', ''), 'hex'));
        await pipeline(createReadStream(part.path), createWriteStream(path, { flags: 'a' }));
      }
    } catch (error) {
      await rm(path, { force: true });
      if (!this.#uploads.has(upload.uploadId)) throw new CosError('NoSuchUpload');
      throw error;
    }
    const sizeBytes = chosen.reduce((sum, part) => sum + part.sizeBytes, 0);
    return { path, etag: `"${md5.digest('hex')}-${chosen.length}"`, sizeBytes };
  }

  /** Forgets an upload and its parts. @returns whether there was one */
  abort(uploadId: string): boolean {
    const existed = this.#uploads.delete(uploadId);
    if (existed) rmSync(join(this.#folder, uploadId), { recursive: true, force: true });
    return existed;
  }
}
