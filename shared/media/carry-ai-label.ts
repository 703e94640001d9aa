import { crc32 } from 'node:zlib';
import { AI_MARK, aiLabelOf, hasAiLabel, TEMPLATE_FLAG } from './ai-label.ts';
import { xmpOf } from './canvas/mark-xmp.ts';
import { writeAiLabel } from './video/write-ai-label.ts';
import { writeWebpXmp } from './write-webp-xmp.ts';

interface Made {
  readonly contentType: string;
  readonly bytes: Uint8Array;
  readonly flags: readonly string[];
}

/** A picture or film that an AI made, or that was made of such a one: it bears the label, and its flags say so. Texts stay as they are. */
export function labelledAi<File extends Made>(file: File): File {
  const write = WRITERS[file.contentType];
  if (!write) return file;
  const flags = ['ai', ...file.flags.filter((flag) => flag !== 'ai' && flag !== TEMPLATE_FLAG)];
  if (hasAiLabel(file.bytes)) return { ...file, flags };
  return { ...file, flags, bytes: write(Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.length)) };
}

/** The pixels are not touched; the file grows by no more than `AI_LABEL_BYTES`. */
const WRITERS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  'image/jpeg': labelJpeg,
  'image/png': labelPng,
  'image/webp': (webp) => writeWebpXmp(webp, Buffer.from(xmpOf(AI_MARK, aiLabelOf(webp)))),
  'video/mp4': writeAiLabel,
};

const XMP_OF_JPEG = Buffer.from('http://ns.adobe.com/xap/1.0/\0', 'latin1');
const [SOI_BYTES, APP0, APP1] = [2, 0xe0, 0xe1];

/** XMP is one APP1 segment (ISO 16684-3 §6): what a template said of itself there is replaced. */
function labelJpeg(jpeg: Buffer): Buffer {
  const body = Buffer.concat([XMP_OF_JPEG, Buffer.from(xmpOf(AI_MARK, aiLabelOf(jpeg)))]);
  const head = Buffer.from([0xff, APP1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  const kept: Buffer[] = [jpeg.subarray(0, SOI_BYTES)];
  let at = SOI_BYTES;
  const next = (): Buffer => jpeg.subarray(at, at + 2 + jpeg.readUInt16BE(at + 2));
  // JFIF's own segment stays the first.
  if (jpeg[at + 1] === APP0) at += kept[kept.push(next()) - 1]?.length ?? 0;
  kept.push(head, body);
  while (jpeg[at] === 0xff && (jpeg[at + 1] ?? 0) >= APP0 && (jpeg[at + 1] ?? 0) <= 0xef) {
    const segment = next();
    const isXmp = segment[1] === APP1 && segment.subarray(4, 4 + XMP_OF_JPEG.length).equals(XMP_OF_JPEG);
    if (!isXmp) kept.push(segment);
    at += segment.length;
  }
  return Buffer.concat([...kept, jpeg.subarray(at)]);
}

/** Signature and IHDR. */
const PNG_HEAD_BYTES = 33;

/** XMP is an iTXt chunk of this keyword (ISO 16684-3 §11), uncompressed. */
function labelPng(png: Buffer): Buffer {
  const xmp = xmpOf(AI_MARK, aiLabelOf(png));
  const typed = Buffer.from(`iTXtXML:com.adobe.xmp\0\0\0\0\0${xmp}`);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(typed.length - 4);
  check.writeUInt32BE(crc32(typed));
  return Buffer.concat([png.subarray(0, PNG_HEAD_BYTES), length, typed, check, png.subarray(PNG_HEAD_BYTES)]);
}
