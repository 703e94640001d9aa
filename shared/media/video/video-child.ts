import { open } from 'node:fs/promises';
import { drawSlide, type LoadedSlide } from './draw-video-frame.ts';
import { openSink } from './open-sink.ts';
import { runOnce } from './run-once.ts';
import type { VideoRequest } from './video-messages.ts';

async function encode(request: VideoRequest): Promise<void> {
  const { width, height, frames } = request;
  const sink = await openSink(request, request);
  const frame = new Uint8Array(width * height * 4).fill(255);
  const desk: LoadedSlide[] = [];
  for (let n = 0; n < frames; n++) {
    const i = slideAt(request, n);
    const [current, next] = [await load(desk, request, i), await load(desk, request, i + 1)];
    drawFrame(frame, request, n, current as LoadedSlide, next);
    await sink.write(frame);
  }
  await sink.close();
}

const slideAt = ({ frames, slides }: VideoRequest, n: number): number =>
  Math.min(slides.length - 1, Math.floor((n * slides.length) / frames));

/** A slide takes 2.4 MB and two are shown at once at most: the desk has two places, whose memory is used again. */
async function load(desk: LoadedSlide[], { slides }: VideoRequest, i: number): Promise<LoadedSlide | undefined> {
  const slide = slides[i];
  const before = desk[i % 2];
  if (!slide || before?.rgbFile === slide.rgbFile) return slide && before;
  const size = slide.width * slide.height * 3;
  const rgb = before?.rgb.length === size ? before.rgb : Buffer.allocUnsafeSlow(size);
  const file = await open(slide.rgbFile);
  try {
    const { bytesRead } = await file.read(rgb, 0, size, 0);
    if (bytesRead !== size) throw new Error(`slide ${i}: ${bytesRead} bytes of ${size}`);
  } finally {
    await file.close();
  }
  const loaded = { ...slide, rgb };
  desk[i % 2] = loaded;
  return loaded;
}

/** Every slide has an equal part of the time; the last frames of a part already show the next slide. */
function drawFrame(
  frame: Uint8Array,
  request: VideoRequest,
  n: number,
  current: LoadedSlide,
  next: LoadedSlide | undefined,
): void {
  const { fadeFrames: fade } = request;
  const part = request.frames / request.slides.length;
  const i = slideAt(request, n);
  const shareOf = (slide: number): number => Math.max(0, Math.min(1, (n - slide * part + fade) / (part + fade)));
  drawSlide(frame, request, current, shareOf(i), 1);
  const fading = fade === 0 ? 0 : (n - (i + 1) * part + fade) / fade;
  if (next && fading > 0) drawSlide(frame, request, next, shareOf(i + 1), Math.min(1, fading));
}

runOnce(encode);
