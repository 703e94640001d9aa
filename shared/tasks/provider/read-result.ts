import { ObjectNotFound, type Objects } from '../../cos/objects.ts';
import { EngineFailure, type ResultPlace } from '../../engines/engine.ts';
import type { ResultFile } from '../../engines/result-files.ts';
import { inspectImage } from '../../media/inspect-image.ts';
import { readMp4 } from '../../media/video/read-mp4.ts';
import type { MadeFile } from '../store-files.ts';

const MAX_BYTES = 100 * 1024 * 1024;
const TIMEOUT_MS = 40_000;

/** The result as a file of ours, its bytes believed only after they were read. @throws EngineFailure for what is none */
export async function readResult(
  objects: Objects,
  place: ResultPlace,
  { name, kind, flags }: ResultFile,
): Promise<MadeFile> {
  const bytes = 'key' in place ? await readObject(objects, place.key) : await download(place.url);
  if (kind === 'film') return { name, contentType: 'video/mp4', ...sizeOfFilm(bytes), bytes, flags };
  const picture = inspectImage(bytes);
  if (picture.kind !== 'accepted') throw new EngineFailure('ResultNotReadable', true);
  const { contentType, width, height } = picture;
  // A cut-out that is no PNG has lost what it is for.
  if (kind === 'cutout' && contentType !== 'image/png') throw new EngineFailure('ResultNotReadable', true);
  return { name, contentType, width, height, bytes, flags };
}

/** What an engine was given or has made, in our own bucket. @throws EngineFailure when it is gone */
export async function readObject(objects: Objects, key: string): Promise<Buffer> {
  try {
    return (await objects.get(key)).bytes;
  } catch (error) {
    if (error instanceof ObjectNotFound) throw new EngineFailure('ResultGone', true, error);
    throw error;
  }
}

/** The vendor's own URL, which came in a signed exchange; it lives for hours only. */
async function download(url: string): Promise<Buffer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new EngineFailure(`ResultGone.${response.status}`, true);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > MAX_BYTES) throw new EngineFailure('ResultTooLarge', false);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    if (error instanceof EngineFailure) throw error;
    throw new EngineFailure('Client.Network', true, error);
  }
}

function sizeOfFilm(bytes: Buffer): { width: number; height: number } {
  try {
    return readMp4(bytes);
  } catch (error) {
    throw new EngineFailure('ResultNotReadable', true, error);
  }
}
