import * as z from 'zod/mini';
import { presignUrl } from '../cos/sign-url.ts';
import type { Database } from '../db/database.ts';
import { type Engine, EngineFailure, type EnginePicture, type EngineWork } from './engine.ts';
import { backgroundParams, tryOnParams } from './engine-params.ts';
import { readModelPhoto } from './model-photos.ts';
import { pictureOf, pinPicture } from './pin-picture.ts';
import { failureOf } from './tencent-failure.ts';
import { parsed, type TencentPlace } from './tencent-mps.ts';

/** A call that did not succeed. `code` is Tencent's, or `Client.…` where there is no answer of Tencent's. */
export class AiartError extends Error {
  override readonly name = 'AiartError';
  readonly code: string;
  constructor(code: string, cause: unknown) {
    super(code, { cause });
    this.code = code;
  }
}

/** Asks aiart once. @throws AiartError */
export type AiartClient = (action: AiartAction, request: Readonly<Record<string, unknown>>) => Promise<unknown>;
export type AiartAction = 'ReplaceBackground' | 'ChangeClothes';

/** How long the vendor may read the pictures. */
const READABLE_SECONDS = 600;
const GARMENTS = { upper: 'Upper-body', lower: 'Lower-body', dress: 'Dress' } as const;
/** Of the sizes that are advised. */
const SIZES = { square: '1280:1280', portrait: '720:1280', landscape: '1280:720' } as const;
const BACKGROUND = '简洁明亮的室内场景，柔和自然光，浅色墙面，广告摄影';

const Answer = z.object({ ResultImage: z.string().check(z.regex(/^https?:\/\/[\x21-\x7e]+$/), z.maxLength(2048)) });

/**
 * aiart `ChangeClothes` (https://cloud.tencent.com/document/product/1668/108532) and `ReplaceBackground` (/document/api/1668/107957).
 * Both answer when they are done, one at a time unless the account has more; the job's id is the result's URL, which lives for an hour.
 * `LogoAdd` 1: the vendor draws 「图片由 AI 生成」 into the picture.
 */
export function tencentAiart(place: TencentPlace, db: Database, client?: AiartClient): Engine {
  return {
    name: 'tencent-aiart',
    submit: async (work) => {
      if (!client) throw new Error('nothing is submitted here');
      const [action, request] = await requestOf(work, place, db);
      try {
        return parsed(Answer, await client(action, { ...request, LogoAdd: 1, RspImgType: 'url' })).ResultImage;
      } catch (error) {
        throw error instanceof AiartError ? failureOf(error.code, error) : error;
      }
    },
    poll: async (jobId) => ({ state: 'done', result: { url: jobId } }),
  };
}

async function requestOf(
  work: EngineWork,
  place: TencentPlace,
  db: Database,
): Promise<[AiartAction, Record<string, unknown>]> {
  if (work.processor === 'replace-background') {
    const { background, product, size } = backgroundParams.parse(work.params);
    const Prompt = background?.trim() || BACKGROUND;
    const ProductUrl = await urlOf(pictureOf(work, 'photo'), work, place);
    return ['ReplaceBackground', { ProductUrl, Prompt, Resolution: SIZES[size], ...(product && { Product: product }) }];
  }
  if (work.processor !== 'model-try-on') throw new EngineFailure('ProcessorUnknown', false);
  const wanted = tryOnParams.parse(work.params);
  const modelKey = await readModelPhoto(db, wanted);
  if (modelKey === undefined) throw new EngineFailure('ModelPhotoMissing', false);
  const ClothesUrl = await urlOf(pictureOf(work, 'garment'), work, place);
  const ModelUrl = await urlOf({ name: 'model', key: modelKey }, work, place);
  return ['ChangeClothes', { ModelUrl, ClothesUrl, ClothesType: GARMENTS[wanted.garment] }];
}

async function urlOf(picture: EnginePicture, work: EngineWork, { bucket }: TencentPlace): Promise<string> {
  const key = await pinPicture(bucket, picture, work);
  const access = { method: 'GET', expiresSeconds: READABLE_SECONDS, nowMs: work.nowMs } as const;
  return presignUrl({ ...bucket, credentials: bucket.credentials(), key, ...access }).url;
}
