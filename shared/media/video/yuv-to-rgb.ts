/** ITU-R BT.601 in the limited range, as the embedded encoder writes; planes one after another (Y, then U and V at half size). */
export function yuvToRgb(yuv: Uint8Array, width: number, height: number): Uint8Array {
  const rgb = new Uint8ClampedArray(width * height * 3);
  const half = width >> 1;
  const atU = width * height;
  const atV = atU + half * (height >> 1);
  for (let y = 0, to = 0; y < height; y++) {
    const row = (y >> 1) * half;
    for (let x = 0; x < width; x++, to += 3) {
      const light = 1.164 * (yuv[y * width + x]! - 16);
      const u = yuv[atU + row + (x >> 1)]! - 128;
      const v = yuv[atV + row + (x >> 1)]! - 128;
      rgb[to] = light + 1.596 * v;
      rgb[to + 1] = light - 0.392 * u - 0.813 * v;
      rgb[to + 2] = light + 2.017 * u;
    }
  }
  return new Uint8Array(rgb.buffer);
}
