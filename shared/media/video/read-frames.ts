import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import load, { type TinyH264Module } from 'tinyh264/lib/TinyH264.js';
import Decoder from 'tinyh264/lib/TinyH264Decoder.js';
import { shrinkRgb } from '../cutout/resample.ts';
import type { FilmShape } from './open-sink.ts';
import { type Mp4Video, readMp4 } from './read-mp4.ts';
import { yuvToRgb } from './yuv-to-rgb.ts';

const START_CODE = Buffer.from([0, 0, 0, 1]);

/**
 * A clip's frames as RGB of the film's size and rate; a clip of other proportions stands in the middle on black. A smaller
 * one is not enlarged.
 */
export function readFrames(mp4File: string, shape: FilmShape, ffmpegPath?: string): AsyncGenerator<Uint8Array> {
  return ffmpegPath === undefined ? decodeEmbedded(mp4File, shape) : decodeByFfmpeg(mp4File, shape, ffmpegPath);
}

let loading: Promise<TinyH264Module> | undefined;

/** The decoder is a worker's script: it asks for the address that it was loaded from. */
function loadDecoder(): Promise<TinyH264Module> {
  Object.assign(globalThis, { self: { location: { href: '' } } });
  loading ??= load();
  return loading;
}

async function* decodeEmbedded(mp4File: string, shape: FilmShape): AsyncGenerator<Uint8Array> {
  const video = readMp4(await readFile(mp4File));
  const rate = video.pictures.length / video.seconds;
  const count = Math.max(1, Math.round(video.seconds * shape.framesPerSecond));
  let next = 0;
  let n = 0;
  let last: Uint8Array | undefined;
  for await (const rgb of decodePictures(video)) {
    const untilNext = n++ === video.pictures.length - 1 ? count : Math.ceil((n / rate) * shape.framesPerSecond - 1e-6);
    if (next >= untilNext) continue;
    last = place(rgb, video, shape);
    for (; next < Math.min(count, untilNext); next++) yield last;
  }
  if (!last) throw new Error('the decoder gave no picture');
  for (; next < count; next++) yield last;
}

async function* decodePictures(video: Mp4Video): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const decoder = new Decoder(await loadDecoder(), (yuv, width, height) => {
    // The decoder works in whole blocks of 16 pixels; the film's own size lies in their upper left corner.
    ready.push(crop(yuvToRgb(yuv, width, height), width, video));
  });
  try {
    for (const unit of [...video.parameterSets, ...video.pictures.flat()]) {
      decoder.decode(Buffer.concat([START_CODE, unit]));
      yield* ready.splice(0);
    }
  } finally {
    decoder.release();
  }
}

function crop(rgb: Uint8Array, stride: number, { width, height }: { width: number; height: number }): Uint8Array {
  if (stride === width) return rgb.subarray(0, width * height * 3);
  const out = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) out.set(rgb.subarray(y * stride * 3, (y * stride + width) * 3), y * width * 3);
  return out;
}

function place(rgb: Uint8Array, from: { width: number; height: number }, { width, height }: FilmShape): Uint8Array {
  if (from.width === width && from.height === height) return rgb;
  const scale = Math.min(1, width / from.width, height / from.height);
  const wide = Math.min(width, Math.round(from.width * scale));
  const high = Math.min(height, Math.round(from.height * scale));
  const small = scale < 1 ? shrinkRgb(rgb, from.width, from.height, wide, high) : rgb;
  if (wide === width && high === height) return small;
  const out = new Uint8Array(width * height * 3);
  const left = (width - wide) >> 1;
  const top = (height - high) >> 1;
  for (let y = 0; y < high; y++) {
    out.set(small.subarray(y * wide * 3, (y + 1) * wide * 3), ((top + y) * width + left) * 3);
  }
  return out;
}

async function* decodeByFfmpeg(mp4File: string, shape: FilmShape, program: string): AsyncGenerator<Uint8Array> {
  const { width, height, framesPerSecond } = shape;
  const fit = `scale='min(${width},iw)':'min(${height},ih)':force_original_aspect_ratio=decrease`;
  const filter = `${fit},pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2,fps=${framesPerSecond}`;
  const args = [
    '-v',
    'error',
    '-nostdin',
    '-i',
    mp4File,
    '-an',
    '-vf',
    filter,
    '-f',
    'rawvideo',
    '-pix_fmt',
    'rgb24',
    'pipe:1',
  ];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  ended.catch(() => undefined); // told below
  const bytes = width * height * 3;
  let frame = new Uint8Array(bytes);
  let filled = 0;
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      for (let from = 0; from < chunk.length; ) {
        const part = chunk.subarray(from, from + bytes - filled);
        frame.set(part, filled);
        filled += part.length;
        from += part.length;
        if (filled < bytes) continue;
        yield frame;
        frame = new Uint8Array(bytes);
        filled = 0;
      }
    }
    const [code] = await ended;
    if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
  } finally {
    child.kill('SIGKILL');
  }
}
