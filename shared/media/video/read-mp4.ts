import { MediaRefusal } from '../media-refusal.ts';
import { type Box, readBoxes } from './mp4-boxes.ts';

/** The H.264 track of an MP4: what a decoder needs of it. */
export interface Mp4Video {
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  /** 66: Baseline, which the embedded decoder knows and the embedded encoder writes. */
  readonly profile: number;
  /** Sequence and picture parameter sets, then each picture's units: NAL units without start codes. */
  readonly parameterSets: readonly Buffer[];
  readonly pictures: readonly (readonly Buffer[])[];
}

/** A longer film is none of ours, and would be decoded for minutes. */
const MAX_SECONDS = 60;
const MAX_PICTURES = 3600;
const MAX_SIDE = 1920;

/** Reads an MP4 with one H.264 track (ISO/IEC 14496-12 §8, 14496-15 §5). @throws MediaRefusal INPUT_CORRUPT for what is none */
export function readMp4(mp4: Buffer): Mp4Video {
  try {
    return readTrack(mp4);
  } catch (cause) {
    if (cause instanceof MediaRefusal) throw cause;
    throw new MediaRefusal('INPUT_CORRUPT', `no MP4: ${String(cause)}`, { cause });
  }
}

const refuse = (detail: string): never => {
  throw new MediaRefusal('INPUT_CORRUPT', `video: ${detail}`);
};

function readTrack(mp4: Buffer): Mp4Video {
  const moov = readBoxes(mp4, 0, mp4.length).find(({ type }) => type === 'moov') ?? refuse('no moov');
  const tracks = within(mp4, moov).filter(({ type }) => type === 'trak');
  for (const track of tracks) {
    const mdia = path(mp4, track, 'mdia');
    const stbl = mdia && path(mp4, mdia, 'minf', 'stbl');
    const entry = stbl && path(mp4, stbl, 'stsd');
    if (!mdia || !stbl || !entry || mp4.toString('latin1', entry.start + 20, entry.start + 24) !== 'avc1') continue;
    return readAvc(mp4, mdia, stbl, entry);
  }
  return refuse('no H.264 track');
}

const within = (mp4: Buffer, { start, size }: Box): Box[] => readBoxes(mp4, start + 8, start + size);

function path(mp4: Buffer, from: Box, ...names: string[]): Box | undefined {
  let box: Box | undefined = from;
  for (const name of names) box = box && within(mp4, box).find(({ type }) => type === name);
  return box;
}

function readAvc(mp4: Buffer, mdia: Box, stbl: Box, stsd: Box): Mp4Video {
  const entry = stsd.start + 16;
  const [width, height] = [mp4.readUInt16BE(entry + 32), mp4.readUInt16BE(entry + 34)];
  const avcC = readBoxes(mp4, entry + 86, entry + mp4.readUInt32BE(entry)).find(({ type }) => type === 'avcC');
  const seconds = durationOf(mp4, path(mp4, mdia, 'mdhd') ?? refuse('no mdhd'));
  if (!avcC) return refuse('no avcC');
  if (width > MAX_SIDE || height > MAX_SIDE || width < 16 || height < 16) refuse(`${width}×${height} pixels`);
  if (!(seconds > 0 && seconds <= MAX_SECONDS)) refuse(`${seconds} s, at most ${MAX_SECONDS}`);
  const lengthSize = (mp4.readUInt8(avcC.start + 12) & 3) + 1;
  const profile = mp4.readUInt8(avcC.start + 9);
  const samples = samplesOf(mp4, stbl);
  const pictures = samples.map((sample) => splitUnits(sample, lengthSize));
  return { width, height, seconds, profile, parameterSets: parameterSetsOf(mp4, avcC.start + 13), pictures };
}

function durationOf(mp4: Buffer, { start }: Box): number {
  const long = mp4.readUInt8(start + 8) === 1;
  const scale = mp4.readUInt32BE(start + (long ? 28 : 20));
  return (long ? Number(mp4.readBigUInt64BE(start + 32)) : mp4.readUInt32BE(start + 24)) / scale;
}

function parameterSetsOf(mp4: Buffer, from: number): Buffer[] {
  const sets: Buffer[] = [];
  let at = from;
  for (const mask of [31, 255]) {
    let count = mp4.readUInt8(at++) & mask;
    for (; count > 0; count--) {
      const length = mp4.readUInt16BE(at);
      sets.push(take(mp4, at + 2, length));
      at += 2 + length;
    }
  }
  return sets;
}

/** Each picture's bytes, by the tables of sizes, chunks and chunk offsets. */
function samplesOf(mp4: Buffer, stbl: Box): Buffer[] {
  const table = (name: string): number => (path(mp4, stbl, name) ?? refuse(`no ${name}`)).start + 12;
  const [stsz, stsc, stco] = [table('stsz'), table('stsc'), table('stco')];
  const [fixed, count] = [mp4.readUInt32BE(stsz), mp4.readUInt32BE(stsz + 4)];
  if (count === 0 || count > MAX_PICTURES) refuse(`${count} pictures`);
  const samples: Buffer[] = [];
  const chunks = mp4.readUInt32BE(stco);
  let run = 0;
  for (let chunk = 1; chunk <= chunks && samples.length < count; chunk++) {
    const runs = mp4.readUInt32BE(stsc);
    while (run + 1 < runs && mp4.readUInt32BE(stsc + 4 + 12 * (run + 1)) <= chunk) run++;
    let at = mp4.readUInt32BE(stco + 4 * chunk);
    for (let n = mp4.readUInt32BE(stsc + 8 + 12 * run); n > 0 && samples.length < count; n--) {
      const size = fixed || mp4.readUInt32BE(stsz + 8 + 4 * samples.length);
      samples.push(take(mp4, at, size));
      at += size;
    }
  }
  return samples.length === count ? samples : refuse(`${samples.length} of ${count} pictures`);
}

function splitUnits(sample: Buffer, lengthSize: number): Buffer[] {
  const units: Buffer[] = [];
  for (let at = 0; at + lengthSize < sample.length; ) {
    const length = sample.readUIntBE(at, lengthSize);
    units.push(take(sample, at + lengthSize, length));
    at += lengthSize + length;
  }
  return units;
}

function take(bytes: Buffer, from: number, length: number): Buffer {
  if (length === 0 || from + length > bytes.length) refuse('a part lies beyond the end');
  return bytes.subarray(from, from + length);
}
