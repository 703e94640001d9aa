import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { becomeBoxMean, boxMean, type Plane, planeRoom } from '../../../shared/media/cutout/resample.ts';

/** As it is defined: pixel by pixel, over what of the window lies in the picture. */
function meanAt({ width, height, data }: Plane, x: number, y: number, radius: number): number {
  let [sum, count] = [0, 0];
  for (let v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); v++) {
    for (let u = Math.max(0, x - radius); u <= Math.min(width - 1, x + radius); u++) {
      sum += data[v * width + u] ?? Number.NaN;
      count += 1;
    }
  }
  return sum / count;
}

const planes = fc.tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 14 })).chain(([width, height]) =>
  fc.record({
    width: fc.constant(width),
    height: fc.constant(height),
    data: fc
      .array(fc.integer({ min: 0, max: 255 }), { minLength: width * height, maxLength: width * height })
      .map((values) => Float32Array.from(values, (value) => value / 255)),
  }),
);

describe('the mean over a window', () => {
  it('is that of the pixels inside the picture, for any size and radius, also of a window that is wider', () => {
    fc.assert(
      fc.property(planes, fc.integer({ min: 0, max: 18 }), (plane, radius) => {
        const before = Float32Array.from(plane.data);
        const means = boxMean(plane, radius).data;
        for (let at = 0; at < means.length; at++) {
          const expected = meanAt(plane, at % plane.width, Math.floor(at / plane.width), radius);
          expect(Math.abs((means[at] ?? Number.NaN) - expected)).toBeLessThan(1e-5);
        }
        expect(plane.data).toEqual(before);
        expect(becomeBoxMean({ ...plane, data: Float32Array.from(before) }, radius).data).toEqual(means);
      }),
    );
  });
});

it('a room gives its planes again once it is cleared, and none twice before', () => {
  const room = planeRoom(3);
  const first = [room.take(), room.take()];
  expect(new Set(first).size).toBe(2);
  room.clear();
  expect([room.take(), room.take()]).toEqual(first);
  expect(room.take()).toHaveLength(3);
});
