import sharp from 'sharp';

/** A garment-like shape on a lit, grainy ground, with the truth of where it is: independent of the code under test. */
export interface DrawnPhoto {
  jpeg: Buffer;
  width: number;
  height: number;
  /** 1 inside the garment. */
  inside: Uint8Array;
}

const SHIRT = 'M38 22 L62 22 L88 34 L82 48 L70 43 L71 84 L29 84 L30 43 L18 48 L12 34 Z';

export async function drawShirt(width: number, height: number, colour = '#2b4c8c'): Promise<DrawnPhoto> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 100 100" preserveAspectRatio="none"><path d="${SHIRT}" fill="${colour}"/></svg>`;
  const layer = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
  const rgb = Buffer.alloc(width * height * 3);
  const inside = new Uint8Array(width * height);
  let noise = 1;
  for (let i = 0; i < inside.length; i++) {
    noise = (noise * 1103515245 + 12345) & 0x7fffffff; // a fixed sequence, so that the photo is the same each time
    const grain = ((noise >> 16) & 15) - 8;
    const light = 1 - 0.15 * ((i % width) / width);
    const alpha = layer[i * 4 + 3]! / 255;
    inside[i] = alpha > 0.5 ? 1 : 0;
    for (let c = 0; c < 3; c++) {
      const ground = [196, 186, 172][c]! * light + grain;
      const value = alpha * (layer[i * 4 + c]! * light + grain / 2) + (1 - alpha) * ground;
      rgb[i * 3 + c] = Math.max(0, Math.min(255, value));
    }
  }
  const jpeg = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 92 })
    .withExif({
      IFD0: { Make: 'Phone', Copyright: 'somebody' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '31/1 13/1 0/1' },
    })
    .toBuffer();
  return { jpeg, width, height, inside };
}

/** Nothing but ground. */
export function emptyGround(side: number): { width: number; height: number; rgb: Buffer } {
  return { width: side, height: side, rgb: Buffer.alloc(side * side * 3, 180) };
}
