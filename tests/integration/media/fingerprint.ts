import sharp from 'sharp';

const WIDTH = 12;
const HEIGHT = 15;

/** A picture as 12 × 15 colours, base64: what is left of it when one squints. */
export async function fingerprint(picture: Buffer): Promise<string> {
  const small = await sharp(picture).removeAlpha().resize(WIDTH, HEIGHT, { fit: 'fill' }).raw().toBuffer();
  return small.toString('base64');
}

/** Mean distance a cell, weighed as the eye does between red, green and blue ("redmean"), 0…100. */
export function fingerprintDistance(one: string, other: string): number {
  const [a, b] = [Buffer.from(one, 'base64'), Buffer.from(other, 'base64')];
  if (a.length !== WIDTH * HEIGHT * 3 || b.length !== a.length) return 100;
  let sum = 0;
  for (let i = 0; i < a.length; i += 3) {
    const mean = (a[i]! + b[i]!) / 2;
    const [red, green, blue] = [a[i]! - b[i]!, a[i + 1]! - b[i + 1]!, a[i + 2]! - b[i + 2]!];
    sum += Math.sqrt((2 + mean / 256) * red ** 2 + 4 * green ** 2 + (2 + (255 - mean) / 256) * blue ** 2);
  }
  return (sum / (a.length / 3) / 765) * 100;
}
