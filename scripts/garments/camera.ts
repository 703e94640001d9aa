import type { RandomStream } from './random-stream.ts';
import { between } from './seeded-random.ts';

/** Where each of the picture's pixels looks at on the flat scene. */
export interface Camera {
  /** Writes the scene's x and y, in pixels, to `to[0]` and `to[1]`. */
  look(x: number, y: number, to: Float32Array): void;
}

/** A phone held by hand: turned by a few degrees, not quite from straight above. */
export function handheldCamera(random: RandomStream, width: number, height: number): Camera {
  const angle = (between(random, 1.2, 3.4) * (random() < 0.5 ? -1 : 1) * Math.PI) / 180;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const tiltX = between(random, -0.03, 0.03) / width;
  const tiltY = between(random, 0.03, 0.07) / height;
  const middleX = width * (0.5 + between(random, -0.008, 0.008));
  const middleY = height * (0.5 + between(random, -0.01, 0.01));
  return {
    look(x, y, to) {
      const dx = x - middleX;
      const dy = y - middleY;
      const depth = 1 + tiltX * dx + tiltY * dy;
      to[0] = width / 2 + (dx * cos - dy * sin) / depth;
      to[1] = height / 2 + (dx * sin + dy * cos) / depth;
    },
  };
}
