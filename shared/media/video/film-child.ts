import { readFile, writeFile } from 'node:fs/promises';
import { fadeClips } from './fade-clips.ts';
import type { FilmRequest, Overlay } from './film-messages.ts';
import { openSink } from './open-sink.ts';
import { readFrames } from './read-frames.ts';
import { runOnce } from './run-once.ts';

async function makeFilm(request: FilmRequest): Promise<void> {
  const { width, height, to, ffmpegPath } = request;
  const overlays = await Promise.all(
    request.overlays.map(async (overlay) => ({ ...overlay, rgba: await readFile(overlay.rgbaFile) })),
  );
  const clips = request.clipFiles.map((file) => () => readFrames(file, request, ffmpegPath));
  const sink = 'mp4File' in to ? await openSink(request, { ...to, ffmpegPath }) : undefined;
  const rgba = new Uint8Array(width * height * 4).fill(255);
  let n = 0;
  let shown: Uint8Array | undefined;
  for await (const rgb of fadeClips(clips, request.fadeFrames)) {
    shown = rgb;
    if ('frame' in to && n === to.frame) break;
    if (sink) {
      spread(rgb, rgba);
      for (const overlay of overlays) if (n >= overlay.from && n < overlay.until) lay(rgba, width, overlay);
      await sink.write(rgba);
    }
    if (++n === request.maxFrames) break;
  }
  if (sink) await sink.close();
  if (!('frame' in to)) return;
  if (!shown) throw new Error('the clip has no frame');
  await writeFile(to.rgbFile, shown);
}

function spread(rgb: Uint8Array, rgba: Uint8Array): void {
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    rgba[to] = rgb[from]!;
    rgba[to + 1] = rgb[from + 1]!;
    rgba[to + 2] = rgb[from + 2]!;
  }
}

function lay(frame: Uint8Array, stride: number, overlay: Overlay & { readonly rgba: Buffer }): void {
  const { rgba, left, top, width, height } = overlay;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 4;
      const alpha = rgba[from + 3]! / 255;
      if (alpha === 0) continue;
      const to = ((top + y) * stride + left + x) * 4;
      for (let c = 0; c < 3; c++) frame[to + c] = frame[to + c]! * (1 - alpha) + rgba[from + c]! * alpha;
    }
  }
}

runOnce(makeFilm);
