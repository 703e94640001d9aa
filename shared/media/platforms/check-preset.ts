import sharp from 'sharp';
import { inspectImage } from '../inspect-image.ts';
import { MediaRefusal } from '../media-refusal.ts';
import { MAX_PHOTO_PIXELS } from '../photo-limits.ts';
import type { PicturePreset } from './presets.ts';

/** One rule of a preset, and whether a picture keeps it. `found` and `asked` are for people. */
export interface RuleResult {
  readonly rule: 'format' | 'size' | 'ratio' | 'bytes' | 'ground' | 'fill' | 'margins';
  readonly pass: boolean;
  readonly found: string;
  readonly asked: string;
}

/** The same border of JPEG noise that a shop's own check must live with. */
const WHITE_FROM = 253;
const GROUND_TOLERANCE = 14;
const FILL_TOLERANCE = 0.03;

/**
 * Judges any picture by a preset, from its bytes alone: it need not have been made here. Throws MediaRefusal when it is
 * no picture. Fill and margins can only be seen on a white or clear ground, and are left out elsewhere.
 */
export async function checkPreset(picture: Buffer, preset: PicturePreset): Promise<RuleResult[]> {
  const seen = await readPicture(picture);
  const { width, height, format } = seen;
  const ratio = width / height / (preset.width / preset.height);
  const { min, max } = preset.bytes;
  const results: RuleResult[] = [
    { rule: 'format', pass: format === preset.format, found: format, asked: preset.format },
    {
      rule: 'size',
      pass: width === preset.width && height === preset.height,
      ...{ found: `${width}×${height}`, asked: `${preset.width}×${preset.height}` },
    },
    {
      rule: 'ratio',
      pass: Math.abs(ratio - 1) < 0.005,
      ...{ found: (width / height).toFixed(3), asked: (preset.width / preset.height).toFixed(3) },
    },
    {
      rule: 'bytes',
      pass: picture.length >= min && picture.length <= max,
      ...{ found: `${picture.length}`, asked: `${min}–${max}` },
    },
  ];
  if (preset.ground === 'white') results.push(...checkWhite(seen, preset));
  return results;
}

interface Seen {
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly rgb: Buffer;
}

async function readPicture(picture: Buffer): Promise<Seen> {
  const inspection = inspectImage(picture);
  if (inspection.kind === 'refused') throw new MediaRefusal(inspection.code, inspection.detail);
  try {
    const { data, info } = await sharp(picture, { limitInputPixels: MAX_PHOTO_PIXELS, failOn: 'error' })
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`${info.channels} channels`);
    return { width: info.width, height: info.height, format: inspection.format, rgb: data };
  } catch (cause) {
    throw new MediaRefusal('INPUT_CORRUPT', 'the picture could not be decoded', { cause });
  }
}

function checkWhite({ rgb, width, height }: Seen, preset: PicturePreset): RuleResult[] {
  let [left, top, right, bottom, border, offWhite] = [width, height, -1, -1, 0, 0];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 3) {
      const darkest = Math.min(rgb[i]!, rgb[i + 1]!, rgb[i + 2]!);
      const onBorder = x < 4 || y < 4 || x >= width - 4 || y >= height - 4;
      if (onBorder) border++;
      if (onBorder && darkest < WHITE_FROM) offWhite++;
      if (darkest >= 255 - GROUND_TOLERANCE) continue;
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    }
  }
  const fill = Math.max((right - left + 1) / width, (bottom - top + 1) / height);
  const margin = Math.min(left / width, top / height, (width - 1 - right) / width, (height - 1 - bottom) / height);
  const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
  return [
    {
      rule: 'ground',
      pass: offWhite === 0,
      found: `${percent(offWhite / border)} of the border is not white`,
      asked: '#FFFFFF',
    },
    {
      rule: 'fill',
      pass: right >= 0 && fill >= preset.fill - FILL_TOLERANCE,
      ...{ found: percent(Math.max(0, fill)), asked: `≥ ${percent(preset.fill - FILL_TOLERANCE)}` },
    },
    { rule: 'margins', pass: margin >= preset.margin, found: percent(margin), asked: `≥ ${percent(preset.margin)}` },
  ];
}
