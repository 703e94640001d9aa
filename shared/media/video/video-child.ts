import { readFile } from 'node:fs/promises';
import { drawSlide, type LoadedSlide } from './draw-video-frame.ts';
import { openSink } from './open-sink.ts';
import { runOnce } from './run-once.ts';
import type { VideoRequest } from './video-messages.ts';

async function encode(request: VideoRequest): Promise<void> {
  const { width, height, frames, fadeFrames } = request;
  const slides: LoadedSlide[] = [];
  for (const slide of request.slides) slides.push({ ...slide, rgb: await readFile(slide.rgbFile) });
  const sink = await openSink(request, request);
  const frame = new Uint8Array(width * height * 4).fill(255);
  for (let n = 0; n < frames; n++) {
    drawFrame(frame, request, slides, n, fadeFrames);
    await sink.write(frame);
  }
  await sink.close();
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

runOnce(encode);
