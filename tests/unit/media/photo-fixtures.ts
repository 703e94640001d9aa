import sharp from 'sharp';

/** A picture with enough texture that its JPEG has real scan data. */
export function texture(width: number, height: number): Buffer {
  const rgb = Buffer.alloc(width * height * 3);
  for (let i = 0; i < rgb.length; i++) rgb[i] = (i * 31 + ((i / width) | 0) * 17) & 255;
  return rgb;
}

export const picture = (width: number, height: number) =>
  sharp(texture(width, height), { raw: { width, height, channels: 3 } });

/** A PNG chunk as libpng writes it; the CRC is left zero where only the header is read. */
export function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  return chunk;
}

/** Signature and IHDR of a PNG of 8-bit RGB, followed by the chunks. */
export function pngOf(width: number, height: number, ...chunks: Buffer[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), pngChunk('IHDR', header), ...chunks]);
}

/** A JPEG's start, one APP segment of `padding` bytes, and a frame header of the size and number of components. */
export function jpegHead(width: number, height: number, components: number, padding = 0): Buffer {
  const app = Buffer.alloc(padding > 0 ? padding + 4 : 0);
  if (padding > 0) {
    app.set([0xff, 0xed]);
    app.writeUInt16BE(padding + 2, 2);
  }
  const frame = Buffer.alloc(10 + components * 3);
  frame.set([0xff, 0xc0]);
  frame.writeUInt16BE(8 + components * 3, 2);
  frame.writeUInt8(8, 4);
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  frame.writeUInt8(components, 9);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), app, frame]);
}

/** The `ftyp` box that ISO media files begin with. */
export function isoMedia(major: string, ...compatible: string[]): Buffer {
  const brands = [major, '\0\0\0\0', ...compatible].join('');
  const box = Buffer.alloc(8 + brands.length);
  box.writeUInt32BE(box.length, 0);
  box.write(`ftyp${brands}`, 4, 'latin1');
  return Buffer.concat([box, Buffer.alloc(64)]);
}
