import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import type { PicRule } from '../cos/pic-operations.ts';
import { ConnectionCut, type MadePicture, PictureRefused, type ProcessPicture } from '../cos/process-image.ts';
import type { CiDrawing } from './draw-pictures.ts';

/** What befalls a call: refused as 数据万象 does, answered late, cut before or after it was heard. */
export type CiFault =
  | 'cut-before'
  | 'cut-after'
  | { readonly delayMs: number }
  | { readonly status: number; readonly code: string; readonly errNo?: string };

export interface CiStandinOptions {
  readonly drawing: CiDrawing;
  /** Calls at once; one more is refused. */
  readonly atOnce?: number;
  readonly fault?: (job: string, number: number) => CiFault | undefined;
  /** Every call, refused ones too. */
  readonly onCall?: (rule: PicRule) => void;
}

const MIB = 1024 * 1024;
const MAX_PIXELS = 250_000_000;
const MAX_SIDE = 50_000;
const MAX_RESULT_SIDE = 9999;

/**
 * 数据万象 on loopback: rules and their ranges, what a picture may be (https://cloud.tencent.com/document/product/460/36620; of
 * AIEnhanceImage /document/product/1247/115044), refusals by number. It plays the protocol; `drawing` draws.
 */
export function ciStandin({
  drawing,
  atOnce = 100,
  fault = () => undefined,
  onCall,
}: CiStandinOptions): ProcessPicture {
  let calls = 0;
  let running = 0;
  return async (source, rule) => {
    onCall?.(rule);
    const { job, make } = jobOf(rule, drawing);
    calls += 1;
    const struck = fault(job, calls);
    if (struck === 'cut-before') throw new ConnectionCut();
    if (typeof struck === 'object' && 'status' in struck)
      throw new PictureRefused(struck.status, struck.code, struck.errNo);
    if (running >= atOnce) throw new PictureRefused(403, 'RequestLimitExceeded', '-29214');
    running += 1;
    try {
      if (typeof struck === 'object') await sleep(struck.delayMs);
      await checkSource(source, job);
      const made = await describe(await make(source));
      if (struck === 'cut-after') throw new ConnectionCut(made);
      return made;
    } finally {
      running -= 1;
    }
  };
}

type Make = (source: Uint8Array) => Promise<Uint8Array>;

function jobOf({ rule, params }: PicRule, drawing: CiDrawing): { job: string; make: Make } {
  const format = /^imageMogr2\/format\/(jpg|png)$/.exec(rule)?.[1];
  if (format === 'jpg' || format === 'png')
    return { job: 'imageMogr2', make: (source) => drawing.convert(source, format) };
  const job = params.get('ci-process') ?? '';
  switch (job) {
    case 'GoodsMatting':
      allow(params, { 'center-layout': /^[01]$/, 'padding-layout': /^(\d{1,3}|1000)x(\d{1,3}|1000)$/ });
      return { job, make: drawing.matting };
    case 'AIEnhanceImage':
      allow(params, { denoise: /^[0-5]$/, sharpen: /^[0-5]$/, 'ignore-error': /^[01]$/ });
      return { job, make: drawing.enhance };
    case 'AISuperResolution': {
      allow(params, { magnify: /^[24]$/ });
      const magnify = Number(params.get('magnify') ?? 2);
      return { job, make: (source) => enlarge(source, magnify, drawing) };
    }
    case 'ImageRepair': {
      allow(params, { MaskPic: /^[\w-]+$/, MaskPoly: /^[\w-]+$/ });
      const mask = params.get('MaskPic');
      if (mask === undefined) throw new PictureRefused(400, 'InvalidArgument', '-106');
      return { job, make: async (source) => drawing.repair(source, await fetchMask(mask)) };
    }
    default:
      throw new PictureRefused(400, 'InvalidArgument', '-106');
  }
}

/** Refused before it is drawn. */
async function enlarge(source: Uint8Array, magnify: number, drawing: CiDrawing): Promise<Uint8Array> {
  const { width, height } = await sharp(source).metadata();
  checkResult(width * magnify, height * magnify);
  return drawing.enlarge(source, magnify);
}

function checkResult(width: number, height: number): void {
  if (Math.max(width, height) > MAX_RESULT_SIDE) throw new PictureRefused(400, 'InvalidArgument', '-442');
}

function allow(params: ReadonlyMap<string, string>, known: Readonly<Record<string, RegExp>>): void {
  for (const [name, value] of params) {
    if (name === 'ci-process') continue;
    if (!Object.hasOwn(known, name) || !known[name]?.test(value))
      throw new PictureRefused(400, 'InvalidArgument', '-106');
  }
}

/** A private mask comes by a signed address. */
async function fetchMask(encoded: string): Promise<Uint8Array> {
  const url = Buffer.from(encoded, 'base64url').toString('utf8');
  const response = await fetch(url).catch(() => undefined);
  if (!response?.ok) throw new PictureRefused(400, 'InvalidArgument', '-120');
  return new Uint8Array(await response.arrayBuffer());
}

async function checkSource(source: Uint8Array, job: string): Promise<void> {
  if (source.length === 0) throw new PictureRefused(400, 'InvalidArgument', '-40168');
  if (source.length > (job === 'AIEnhanceImage' ? 5 : 32) * MIB)
    throw new PictureRefused(400, 'InvalidArgument', '-167');
  const size = await sharp(source, { limitInputPixels: false })
    .metadata()
    .catch(() => undefined);
  if (!size) throw new PictureRefused(400, 'InvalidArgument', '-441');
  const { width, height } = size;
  if (Math.max(width, height) > MAX_SIDE || width * height > MAX_PIXELS)
    throw new PictureRefused(400, 'InvalidArgument', '-447');
}

async function describe(bytes: Uint8Array): Promise<MadePicture> {
  const { width, height, format } = await sharp(bytes).metadata();
  checkResult(width, height);
  return { bytes, width, height, format: format.toUpperCase() };
}
