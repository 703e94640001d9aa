import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import type { Clock } from '../../../shared/clock.ts';
import { checkPayload } from '../tencent-account/check-payload.ts';
import { AnswerLost } from '../tencent-account/create-account.ts';
import { readSdkModels } from '../tencent-account/read-sdk-models.ts';
import { ApiRefusal } from '../tencent-api/api-refusal.ts';
import type { Payload } from './check-request.ts';
import type { EngineStandin } from './start-engine-standin.ts';

/** What befalls a call: refused with Tencent's code, cut before or after it was heard, answered late, its result gone before it was fetched. */
export type AiartFault =
  | 'cut-before'
  | 'cut-after'
  | { readonly refuse: string }
  | { readonly delayMs: number }
  | { readonly expired: true };

/** Where a picture comes from: this plays the protocol, not the model. */
export interface AiartDrawing {
  readonly dress: (model: Uint8Array, clothes: Uint8Array) => Promise<Uint8Array>;
  readonly place: (product: Uint8Array, width: number, height: number) => Promise<Uint8Array>;
}

export interface AiartStandinOptions {
  readonly clock: Clock;
  readonly drawing: AiartDrawing;
  /** Calls at once, 1 as an account has it at first; one more is refused. */
  readonly atOnce?: number;
  readonly fault?: (action: string, number: number) => AiartFault | undefined;
}

export interface AiartStandin extends Pick<EngineStandin, 'services' | 'act' | 'submissions' | 'close'> {
  /** The most that were at work at once. */
  readonly mostAtOnce: () => number;
}

const LIVES_MS = 3_600_000;
const BASE64_PER_BYTE = 4 / 3;
const MIB = 1024 * 1024;
const invalid = (message: string) => new ApiRefusal('InvalidParameterValue.ParameterValueError', message);

/**
 * aiart's ChangeClothes (https://cloud.tencent.com/document/product/1668/108532) and ReplaceBackground (/document/api/1668/107957) on
 * loopback: requests are held against the SDK's models and the documented limits, pictures fetched and measured, results' URLs expire.
 */
export async function startAiartStandin(options: AiartStandinOptions): Promise<AiartStandin> {
  const { clock, drawing, atOnce = 1, fault = () => undefined } = options;
  const made = new Map<string, { bytes: Uint8Array; untilMs: number }>();
  const submissions: Payload[] = [];
  let [running, most] = [0, 0];
  const results = createServer((request, reply) => {
    const found = made.get(/^\/results\/([\w-]+)\.jpg$/.exec(request.url ?? '')?.[1] ?? '');
    if (!found || found.untilMs <= clock()) return void reply.writeHead(found ? 403 : 404).end();
    reply.writeHead(200, { 'Content-Type': 'image/jpeg' }).end(found.bytes);
  });
  await new Promise<void>((resolve) => results.listen(0, '127.0.0.1', resolve));
  const { port } = results.address() as AddressInfo;

  const answer = async (bytes: Uint8Array, { RspImgType }: Payload, expired: boolean): Promise<Payload> => {
    if (RspImgType !== 'url') return { ResultImage: Buffer.from(bytes).toString('base64') };
    const id = randomUUID();
    made.set(id, { bytes, untilMs: expired ? clock() : clock() + LIVES_MS });
    return { ResultImage: `http://127.0.0.1:${port}/results/${id}.jpg` };
  };
  const actions: Readonly<Record<string, (payload: Payload) => Promise<Uint8Array>>> = {
    'aiart ChangeClothes': async ({ ModelUrl, ClothesUrl, ClothesType }) => {
      if (!['Upper-body', 'Lower-body', 'Dress'].includes(String(ClothesType))) throw invalid('ClothesType');
      const limits = { over: 512, below: 3000, base64Mib: 8 };
      const [model, clothes] = [await fetchPicture(ModelUrl, limits), await fetchPicture(ClothesUrl, limits)];
      return drawing.dress(model, clothes);
    },
    'aiart ReplaceBackground': async ({
      ProductUrl,
      Prompt,
      NegativePrompt = '',
      Product = '',
      Resolution = '1280:1280',
    }) => {
      if (String(Prompt).trim() === '') throw invalid('Prompt');
      for (const [text, most] of [
        [Prompt, 256],
        [NegativePrompt, 256],
        [Product, 50],
      ] as const) {
        if ([...String(text)].length > most)
          throw new ApiRefusal('InvalidParameterValue.TextLengthExceed', String(text));
      }
      const [width = 0, height = 0] = /^\d{3,4}:\d{3,4}$/.test(String(Resolution))
        ? String(Resolution).split(':').map(Number)
        : [];
      if (Math.min(width, height) <= 500 || Math.max(width, height) >= 4000 || !isWithin(width / height))
        throw invalid('Resolution');
      const product = await fetchPicture(ProductUrl, { over: 0, below: 4000, base64Mib: 6 }, isWithin);
      return drawing.place(product, width, height);
    },
  };

  return {
    services: { '2022-12-29': 'aiart' },
    submissions,
    mostAtOnce: () => most,
    act: async ({ action, payload }) => {
      const act = Object.hasOwn(actions, `aiart ${action}`) ? actions[`aiart ${action}`] : undefined;
      if (!act) throw new ApiRefusal('InvalidAction', `The action ${action} does not exist.`);
      checkPayload(readSdkModels('aiart', 'v20221229'), `${action}Request`, payload);
      submissions.push(payload);
      const struck = fault(action, submissions.length);
      if (struck === 'cut-before') throw new AnswerLost();
      if (typeof struck === 'object' && 'refuse' in struck) throw new ApiRefusal(struck.refuse, 'A fault on purpose.');
      if (running >= atOnce) throw new ApiRefusal('RequestLimitExceeded.JobNumExceed', 'Too many jobs at once.');
      running += 1;
      most = Math.max(most, running);
      try {
        if (typeof struck === 'object' && 'delayMs' in struck) await sleep(struck.delayMs);
        const bytes = await act(payload);
        if (struck === 'cut-after') throw new AnswerLost();
        return await answer(bytes, payload, typeof struck === 'object' && 'expired' in struck);
      } finally {
        running -= 1;
      }
    },
    close: () =>
      new Promise((resolve) => {
        results.close(() => resolve());
        results.closeAllConnections();
      }),
  };
}

const isWithin = (ratio: number): boolean => ratio >= 2 / 5 && ratio <= 5 / 2;

interface Limits {
  readonly over: number;
  readonly below: number;
  readonly base64Mib: number;
}

async function fetchPicture(
  url: unknown,
  { over, below, base64Mib }: Limits,
  fits: (ratio: number) => boolean = () => true,
): Promise<Uint8Array> {
  if (!/^https?:\/\//.test(String(url)))
    throw new ApiRefusal('InvalidParameterValue.UrlIllegal', 'The URL is not valid.');
  const response = await fetch(String(url)).catch(() => undefined);
  if (!response?.ok) throw new ApiRefusal('FailedOperation.ImageDownloadError', `answered ${response?.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length * BASE64_PER_BYTE >= base64Mib * MIB)
    throw new ApiRefusal('FailedOperation.ImageSizeExceed', `over ${base64Mib} MB`);
  const size = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => undefined);
  if (!size) throw new ApiRefusal('FailedOperation.ImageDecodeFailed', 'The content is no picture.');
  const { width, height } = size;
  if (Math.max(width, height) >= below) throw new ApiRefusal('FailedOperation.ImageResolutionExceed', `below ${below}`);
  if (Math.min(width, height) <= over || !fits(width / height)) throw invalid('The size of the picture.');
  return bytes;
}
