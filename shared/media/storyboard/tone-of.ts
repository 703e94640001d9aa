import { fromHsl, toHsl } from '../canvas/colour.ts';
import type { Tone } from './frame.ts';
import type { Garment } from './garment.ts';

/** Below this a hue is a camera's cast, not a colour. */
const GREY_BELOW = 0.1;
const WARM_HUE = 32;

/**
 * Ground colours that go with the garment: its own hue, much paler and quieter. White, grey and black cloth gets warm
 * sand; a pale one gets a ground dark enough to stand out from.
 */
export function toneOf({ palette }: Garment): Tone {
  const coloured = palette.find(({ colour, share }) => share > 0.12 && saturationOf(colour) > GREY_BELOW);
  const main = coloured ?? palette[0]!;
  const [ownHue] = toHsl(main.colour);
  const [, , lightness] = toHsl(palette[0]!.colour);
  const hue = coloured ? ownHue : WARM_HUE;
  const strength = coloured ? Math.min(0.34, saturationOf(main.colour) * 0.75) : 0.22;
  const drop = lightness > 0.72 ? 0.1 : 0;
  return {
    pale: fromHsl(hue, strength, 0.93 - drop),
    soft: fromHsl(hue, strength, 0.84 - drop),
    deep: fromHsl(hue, Math.min(0.4, strength * 1.2), 0.3),
  };
}

/** Weighed by how bright it is: near black and near white, HSL's own is meaningless. */
function saturationOf(colour: readonly [number, number, number]): number {
  return (Math.max(...colour) - Math.min(...colour)) / 255;
}
