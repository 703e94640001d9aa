import type { Bucket } from '../cos/bucket.ts';
import { presignUrl } from '../cos/sign-url.ts';
import { type Engine, EngineFailure, type EngineWork } from './engine.ts';
import { upscaleParams } from './engine-params.ts';
import { pictureOf, pinPicture } from './pin-picture.ts';
import { resultFileOf } from './result-files.ts';
import type { TencentPlace } from './tencent-mps.ts';

const TIMEOUT_MS = 40_000;
const SIGNATURE_SECONDS = 120;
const MIB = 1024 * 1024;
/** https://cloud.tencent.com/document/product/460/36620; of AIEnhanceImage /document/product/1247/115044. */
const MAX_BYTES = 32 * MIB;
const MAX_ENHANCE_BYTES = 5 * MIB;

/**
 * 数据万象 on a picture in our own bucket, its result kept there by `Pic-Operations` (云上数据处理, `POST /key?image_process`,
 * https://cloud.tencent.com/document/product/460/18147): GoodsMatting (/436/79733), AIEnhanceImage (/436/83799), AISuperResolution
 * (/436/83800), ImageRepair (/436/79043). It answers when it is done: the job's id is the result's key. Asked without COS's SDK, which
 * sends what was not answered three times more, and each is paid for.
 */
export function tencentCi({ bucket }: Pick<TencentPlace, 'bucket'>): Engine {
  return {
    name: 'tencent-ci',
    submit: async (work) => {
      const { kind } = resultFileOf(work.processor);
      const rule = await ruleOf(work, bucket);
      const photo = pictureOf(work, 'photo');
      const fromKey = await pinPicture(bucket, photo, work);
      const wanted = kind === 'cutout' ? 'png' : 'jpg';
      const toKey = `vendor/${work.taskId}/${work.attemptId}.${wanted}`;
      const format = await process(bucket, { fromKey, toKey, rule }, work.nowMs);
      if (isFormat(format, wanted)) return toKey;
      // In which format a model's result comes is not documented; this rule's is. Its result takes the place of what it was made of.
      await process(bucket, { fromKey: toKey, toKey, rule: `imageMogr2/format/${wanted}` }, work.nowMs);
      return toKey;
    },
    poll: async (jobId) => ({ state: 'done', result: { key: jobId } }),
  };
}

const isFormat = (format: string, wanted: 'png' | 'jpg'): boolean =>
  wanted === 'png' ? format === 'png' : format === 'jpg' || format === 'jpeg';

/** @throws EngineFailure for a picture of which the limits are known to be exceeded: nothing is asked, and nothing paid */
async function ruleOf(work: EngineWork, bucket: Bucket): Promise<string> {
  const { processor, params } = work;
  const { sizeBytes = 0 } = pictureOf(work, 'photo');
  if (sizeBytes > (processor === 'enhance' ? MAX_ENHANCE_BYTES : MAX_BYTES)) {
    throw new EngineFailure('Picture.TooLarge', false);
  }
  switch (processor) {
    case 'cutout':
      // It cannot be told what a merchant has drawn on the photo; ours can.
      if (params['marks'] !== undefined) throw new EngineFailure('Picture.Marked', false);
      return 'ci-process=GoodsMatting';
    case 'enhance':
      return 'ci-process=AIEnhanceImage&denoise=3&sharpen=3';
    case 'upscale':
      return `ci-process=AISuperResolution&magnify=${upscaleParams.parse(params).magnify}`;
    case 'repair':
      return `ci-process=ImageRepair&MaskPic=${await maskOf(work, bucket)}`;
    default:
      throw new EngineFailure('ProcessorUnknown', false);
  }
}

/** The mask's address, signed, in URL-safe base64. */
async function maskOf(work: EngineWork, bucket: Bucket): Promise<string> {
  const key = await pinPicture(bucket, pictureOf(work, 'mask'), work);
  const { url } = presignUrl({
    ...bucket,
    ...{ credentials: bucket.credentials(), key, method: 'GET', expiresSeconds: SIGNATURE_SECONDS, nowMs: work.nowMs },
  });
  return Buffer.from(url).toString('base64url');
}

/** One rule on one object, asked once. @returns the result's format, in small letters @throws EngineFailure */
async function process(
  bucket: Bucket,
  { fromKey, toKey, rule }: { fromKey: string; toKey: string; rule: string },
  nowMs: number,
): Promise<string> {
  const operations = JSON.stringify({ is_pic_info: 0, rules: [{ fileid: `/${toKey}`, rule }] });
  const { url, headers } = presignUrl({
    ...bucket,
    ...{ credentials: bucket.credentials(), key: fromKey, method: 'POST', query: { image_process: '' } },
    ...{ headers: { 'Pic-Operations': operations }, expiresSeconds: SIGNATURE_SECONDS, nowMs },
  });
  const { status, errNo, body } = await send(url, headers);
  if (status !== 200) throw refusalOf(status, errNo, /<Code>([^<]*)<\/Code>/.exec(body)?.[1] ?? '');
  const made = /<ProcessResults>[\s\S]*?<Object>([\s\S]*?)<\/Object>/.exec(body)?.[1];
  const [key, format] = ['Key', 'Format'].map((name) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(made ?? '')?.[1]);
  if (key?.replace(/^\//, '') !== toKey || !format) throw new EngineFailure('Client.BadReply', true);
  return format.toLowerCase();
}

async function send(url: string, headers: Record<string, string>) {
  try {
    const response = await fetch(url, { method: 'POST', headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const errNo = response.headers.get('x-errno') ?? '';
    return { status: response.status, errNo, body: await response.text() };
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    throw new EngineFailure(isLate ? 'Client.Timeout' : 'Client.Network', true, error);
  }
}

/**
 * Numbers of https://cloud.tencent.com/document/product/460/8523: what may pass (limits, time, arrears), and what is forbidden. Any other
 * refusal is of this picture or this account, and would be said again.
 */
const AGAIN = ['-120', '-162', '-164', '-165', '-901', '-902', '-29214'];
const FORBIDDEN = ['-110', '-5062'];
const AGAIN_CODES = /^(RequestTimeout|SlowDown|RequestLimitExceeded|ServiceUnavailable|InternalError)/;

function refusalOf(status: number, errNo: string, code: string): EngineFailure {
  if (FORBIDDEN.includes(errNo)) return new EngineFailure('Ci.ImageIllegal', false);
  const isAgain = status >= 500 || status === 429 || AGAIN.includes(errNo) || AGAIN_CODES.test(code);
  return new EngineFailure(`Ci.${status}.${code || errNo || 'Unknown'}`, isAgain);
}
