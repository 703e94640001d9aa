import type { Slide } from './video-messages.ts';

export interface LoadedSlide extends Slide {
  readonly rgb: Buffer;
}

/** How far a slide travels: slow enough to look at the garment, and captions at a frame's margin stay in view. */
const ZOOM = 0.04;

const ease = (share: number): number => share * share * (3 - 2 * share);

/** The part of the slide that is seen at a share (0…1) of its time. */
function windowAt({ width, height, move }: Slide, share: number) {
  const at = ease(share);
  const zoom = move === 'in' ? 1 - ZOOM * at : move === 'out' ? 1 - ZOOM * (1 - at) : 1 - ZOOM;
  const [spareX, spareY] = [width * (1 - zoom), height * (1 - zoom)];
  const across = move === 'left' ? 1 - at : move === 'right' ? at : 0.5;
  return { left: spareX * across, top: spareY / 2, width: width * zoom, height: height * zoom };
}

/**
 * Draws one slide into an RGBA frame, over what is there by `opacity`. Sampled between pixels (bilinear): whole-pixel
 * steps would make a slow move tremble.
 */
export function drawSlide(
  frame: Uint8Array,
  size: { width: number; height: number },
  slide: LoadedSlide,
  share: number,
  opacity: number,
): void {
  const { rgb, width, height } = slide;
  const view = windowAt(slide, share);
  const stepX = view.width / size.width;
  const stepY = view.height / size.height;
  const stride = width * 3;
  const keep = 1 - opacity;
  for (let y = 0, to = 0; y < size.height; y++) {
    const fy = Math.max(0, view.top + (y + 0.5) * stepY - 0.5);
    const top = Math.min(height - 2, fy | 0);
    const v = Math.min(1, fy - top);
    for (let x = 0; x < size.width; x++, to += 4) {
      const fx = Math.max(0, view.left + (x + 0.5) * stepX - 0.5);
      const left = Math.min(width - 2, fx | 0);
      const u = Math.min(1, fx - left);
      const a = top * stride + left * 3;
      const b = a + stride;
      const wa = (1 - u) * (1 - v);
      const wb = u * (1 - v);
      const wc = (1 - u) * v;
      const wd = u * v;
      for (let c = 0; c < 3; c++) {
        const value = rgb[a + c]! * wa + rgb[a + 3 + c]! * wb + rgb[b + c]! * wc + rgb[b + 3 + c]! * wd;
        frame[to + c] = opacity === 1 ? value : frame[to + c]! * keep + value * opacity;
      }
    }
  }
}
