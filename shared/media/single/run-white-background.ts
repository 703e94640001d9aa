import { decodeCutout } from '../decode-cutout.ts';
import { measureLevels } from '../measure-levels.ts';
import { oneInput, type RunProcessor } from '../processor.ts';
import { WHITE_SIDE, whitePicture } from '../white-picture.ts';

/** A cut-out on pure white: 800 × 800 JPEG. Its tones are stretched by the garment's own range. */
export const runWhiteBackground: RunProcessor<object> = async ({ inputs }) => {
  const cut = await decodeCutout(oneInput(inputs, 'cutout'));
  const white = await whitePicture(cut, measureLevels(visibleRgb(cut.rgba)));
  return [{ name: 'white.jpg', contentType: 'image/jpeg', width: WHITE_SIDE, height: WHITE_SIDE, ...white }];
};

function visibleRgb(rgba: Buffer): Buffer {
  const rgb = Buffer.allocUnsafe((rgba.length / 4) * 3);
  let at = 0;
  for (let i = 0; i < rgba.length; i += 4) {
    if (rgba[i + 3]! < 250) continue;
    at += rgba.copy(rgb, at, i, i + 3);
  }
  return rgb.subarray(0, at);
}
