import sharp, { type Sharp } from 'sharp';

type Draw = (source: Uint8Array) => Promise<Uint8Array>;

export interface CiDrawing {
  readonly matting: Draw;
  readonly enhance: Draw;
  readonly enlarge: (source: Uint8Array, magnify: number) => Promise<Uint8Array>;
  readonly repair: (source: Uint8Array, mask: Uint8Array) => Promise<Uint8Array>;
  readonly convert: (source: Uint8Array, format: 'jpg' | 'png') => Promise<Uint8Array>;
}

/** Of a cut-out by colour: this far from the picture's corner, and it is no background. */
const FAR = 40;

/**
 * Pictures that show what was asked for, by no model of any AI: a cut-out by the colour of the corner, a sharper picture, a larger one, one
 * whose masked part is blurred away. Of enhanced ones the format is PNG, as in the service's sample answers.
 */
export const drawPictures: CiDrawing = {
  matting: async (source) => {
    const { data, info } = await sharp(source).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    const corner = [...data.subarray(0, 3)];
    for (let at = 0; at < data.length; at += 4) {
      const away = corner.reduce((sum, value, n) => sum + Math.abs(value - (data[at + n] ?? 0)), 0);
      if (away < FAR) data[at + 3] = 0;
    }
    return sharp(data, { raw: info }).png().toBuffer();
  },
  enhance: (source) => sharp(source).sharpen().png().toBuffer(),
  enlarge: async (source, magnify) => {
    const { width } = await sharp(source).metadata();
    return sharp(source)
      .resize({ width: width * magnify })
      .png()
      .toBuffer();
  },
  repair: async (source, mask) => {
    const { width, height } = await sharp(source).metadata();
    const alpha = await sharp(mask).resize(width, height, { fit: 'fill' }).greyscale().raw().toBuffer();
    const blurred = sharp(await sharp(source).blur(24).removeAlpha().toBuffer()).joinChannel(alpha, {
      raw: { width, height, channels: 1 },
    });
    return sharp(source)
      .composite([{ input: await blurred.png().toBuffer() }])
      .png()
      .toBuffer();
  },
  convert: (source, format) => written(sharp(source), format).toBuffer(),
};

const written = (picture: Sharp, format: 'jpg' | 'png'): Sharp =>
  format === 'png' ? picture.png() : picture.flatten({ background: '#ffffff' }).jpeg({ quality: 92 });
