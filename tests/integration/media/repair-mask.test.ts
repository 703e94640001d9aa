import sharp from 'sharp';
import { expect, it } from 'vitest';
import { runProcessor } from '../../../shared/media/run-processor.ts';
import { WITHOUT_CUTOUT } from './processor-services.ts';

/** Stored lying, with EXIF's word that it stands: 200 wide and 400 high when it is seen. */
const turned = () =>
  sharp({ create: { width: 400, height: 200, channels: 3, background: '#557799' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();

const drawn = async (marks: string) => {
  const inputs = [{ name: 'photo', bytes: await turned() }];
  const [photo, mask] = await runProcessor('repair-mask', { inputs, params: { marks } }, WITHOUT_CUTOUT);
  const { data, info } = await sharp(mask?.bytes).raw().toBuffer({ resolveWithObject: true });
  const on = (x: number, y: number) => data[(y * info.width + x) * info.channels];
  return { photo, mask, on, white: data.filter((value) => value === 255).length / info.channels, data };
};

it('what is painted over is white in a mask of the size that the photo has when it stands upright', async () => {
  const { photo, mask, on } = await drawn('drop 100 500,250 500,500');
  const { width, height, orientation, format } = await sharp(photo?.bytes).metadata();
  expect([width, height, orientation, format]).toEqual([200, 400, undefined, 'jpeg']);
  expect([mask?.name, mask?.width, mask?.height]).toEqual(['mask.png', 200, 400]);
  // 100 thousandths of 400 pixels wide: 20 to each side of the middle, from y 100 to 200.
  expect([on(100, 150), on(118, 150), on(123, 150), on(100, 230), on(10, 10)]).toEqual([255, 255, 0, 0, 0]);
});

it('a box is filled, strokes rub out of it and paint into it in their order, and there is nothing between', async () => {
  const { on, white, data } = await drawn('box 0,0,1000,500;keep 100 500,250;drop 20 500,250');
  expect([on(10, 10), on(100, 85), on(100, 100), on(10, 300)]).toEqual([255, 0, 255, 0]);
  expect(white).toBeGreaterThan(200 * 200 * 0.9);
  expect(data.every((value) => value === 0 || value === 255)).toBe(true);
});

it('needs marks, and marks that are some', async () => {
  const inputs = [{ name: 'photo', bytes: await turned() }];
  for (const params of [{}, { marks: 'paint' }]) {
    await expect(runProcessor('repair-mask', { inputs, params }, WITHOUT_CUTOUT)).rejects.toThrow(/marks/);
  }
});
