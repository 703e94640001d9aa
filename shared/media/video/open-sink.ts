import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import * as encoderModule from 'h264-mp4-encoder';
import { writeFaststart } from './write-faststart.ts';

export interface FilmShape {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
}

/** Takes frames (RGBA, always the same size) and ends as a file with its index first and the mark in it. */
export interface FrameSink {
  write(rgba: Uint8Array): Promise<void> | void;
  close(): Promise<void>;
}

/** 0 (best) … 10 (fastest). 6 with quantizer 27: 6 s of 720×960 in 8 s of one core, 2–3 MB. */
const SPEED = 6;
const QUANTIZER = 27;

/** With the operator's own ffmpeg when there is one, and otherwise with the encoder that ships. */
export function openSink(
  shape: FilmShape,
  to: { readonly mp4File: string; readonly mark: string; readonly ffmpegPath?: string | undefined },
): Promise<FrameSink> {
  return to.ffmpegPath === undefined ? embeddedSink(shape, to) : ffmpegSink(shape, { ...to, program: to.ffmpegPath });
}

async function embeddedSink(
  shape: FilmShape,
  { mp4File, mark }: { mp4File: string; mark: string },
): Promise<FrameSink> {
  const encoder = await encoderModule.createH264MP4Encoder();
  encoder.width = shape.width;
  encoder.height = shape.height;
  encoder.frameRate = shape.framesPerSecond;
  encoder.speed = SPEED;
  encoder.quantizationParameter = QUANTIZER;
  encoder.groupOfPictures = shape.framesPerSecond * 2;
  encoder.initialize();
  return {
    write: (rgba) => encoder.addFrameRgba(rgba),
    close: async () => {
      encoder.finalize();
      const mp4 = Buffer.from(encoder.FS.readFile(encoder.outputFilename));
      encoder.delete();
      await writeFile(mp4File, writeFaststart(mp4, mark));
    },
  };
}

/** H.264 that every player knows; the arguments are a list, so no name is ever read by a shell. */
async function ffmpegSink(
  { width, height, framesPerSecond }: FilmShape,
  { mp4File, mark, program }: { mp4File: string; mark: string; program: string },
): Promise<FrameSink> {
  const raw = [
    '-f',
    'rawvideo',
    '-pix_fmt',
    'rgba',
    '-s',
    `${width}x${height}`,
    '-r',
    `${framesPerSecond}`,
    '-i',
    'pipe:0',
  ];
  const coding = [
    '-an',
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-crf',
    '22',
    '-pix_fmt',
    'yuv420p',
    '-threads',
    '2',
  ];
  const encoded = `${mp4File}.part`;
  const args = ['-v', 'error', '-nostdin', '-y', ...raw, ...coding, '-f', 'mp4', encoded];
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = once(child, 'exit');
  ended.catch(() => undefined); // also told by the write or the close that waits for it
  child.stdin.on('error', () => undefined); // its end is told by the exit code
  return {
    write: async (rgba) => {
      if (!child.stdin.write(Buffer.from(rgba))) await Promise.race([once(child.stdin, 'drain'), ended]);
    },
    close: async () => {
      child.stdin.end();
      const [code] = await ended;
      if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
      await writeFile(mp4File, writeFaststart(await readFile(encoded), mark));
      await rm(encoded);
    },
  };
}
