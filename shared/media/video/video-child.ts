import { readFile, writeFile } from 'node:fs/promises';
import * as encoderModule from 'h264-mp4-encoder';
import { drawSlide, type LoadedSlide } from './draw-video-frame.ts';
import type { VideoRequest } from './video-messages.ts';
import { writeFaststart } from './write-faststart.ts';

/** 0 (best) … 10 (fastest). 6 with quantizer 27: 6 s of 720×960 in 8 s of one core, 2–3 MB. */
const SPEED = 6;
const QUANTIZER = 27;

async function encode(request: VideoRequest): Promise<void> {
  const { width, height, framesPerSecond, frames, fadeFrames } = request;
  const slides: LoadedSlide[] = [];
  for (const slide of request.slides) slides.push({ ...slide, rgb: await readFile(slide.rgbFile) });
  const encoder = await encoderModule.createH264MP4Encoder();
  encoder.width = width;
  encoder.height = height;
  encoder.frameRate = framesPerSecond;
  encoder.speed = SPEED;
  encoder.quantizationParameter = QUANTIZER;
  encoder.groupOfPictures = framesPerSecond * 2;
  encoder.initialize();
  const frame = new Uint8Array(width * height * 4).fill(255);
  for (let n = 0; n < frames; n++) {
    drawFrame(frame, request, slides, n, fadeFrames);
    encoder.addFrameRgba(frame);
  }
  encoder.finalize();
  const mp4 = Buffer.from(encoder.FS.readFile(encoder.outputFilename));
  encoder.delete();
  await writeFile(request.mp4File, writeFaststart(mp4, request.mark));
}

/** Every slide has an equal part of the time; the last frames of a part already show the next slide. */
function drawFrame(frame: Uint8Array, request: VideoRequest, slides: LoadedSlide[], n: number, fade: number): void {
  const part = request.frames / slides.length;
  const i = Math.min(slides.length - 1, Math.floor(n / part));
  const shareOf = (slide: number): number => Math.max(0, Math.min(1, (n - slide * part + fade) / (part + fade)));
  drawSlide(frame, request, slides[i]!, shareOf(i), 1);
  const next = slides[i + 1];
  const fading = fade === 0 ? 0 : (n - (i + 1) * part + fade) / fade;
  if (next && fading > 0) drawSlide(frame, request, next, shareOf(i + 1), Math.min(1, fading));
}

/** The parent writes the request; nothing is said back but the file and this process's end. */
process.once('disconnect', () => process.exit(1));
process.once('message', (request: VideoRequest) => {
  encode(request).then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(String(error));
      process.exit(1);
    },
  );
});
