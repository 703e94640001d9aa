import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { checkPayload } from '../tencent-account/check-payload.ts';
import { AnswerLost } from '../tencent-account/create-account.ts';
import { readSdkModels } from '../tencent-account/read-sdk-models.ts';
import { ApiRefusal } from '../tencent-api/api-refusal.ts';

type Payload = Readonly<Record<string, unknown>>;

/** What the stand-in says of a picture; `Pass` for all when it is not told. */
export interface Judgement {
  readonly Suggestion: 'Block' | 'Review' | 'Pass';
  readonly Label: string;
  readonly SubLabel: string;
  readonly Score: number;
}

/** What befalls a call: refused with Tencent's code, answered late, cut before or after it was heard, or answered with something else. */
export type ModerationFault =
  | 'cut'
  | { readonly refuse: string }
  | { readonly delayMs: number }
  | { readonly reply: Payload };

export interface ModerationStandinOptions {
  readonly judge?: (picture: Buffer, dataId: string) => Judgement | Promise<Judgement>;
  readonly fault?: (number: number) => ModerationFault | undefined;
}

export interface ModerationStandin {
  readonly services: Readonly<Record<string, string>>;
  readonly act: (call: { service: string; action: string; payload: Payload }) => Promise<Payload>;
  /** Every call, refused ones too. */
  readonly calls: readonly Payload[];
}

const PASS: Judgement = { Suggestion: 'Pass', Label: 'Normal', SubLabel: '', Score: 0 };
const DOWNLOAD_MS = 3000;
const MAX_URL_BYTES = 30 * 1024 * 1024;
const MAX_BASE64 = 10 * 1024 * 1024;

/** IMS ImageModeration on loopback, held against the SDK's model and its documented limits (SDK 4.1, ims v20201229). */
export function startModerationStandin({
  judge = () => PASS,
  fault = () => undefined,
}: ModerationStandinOptions = {}): ModerationStandin {
  const calls: Payload[] = [];
  return {
    services: { '2020-12-29': 'ims' },
    calls,
    act: async ({ action, payload }) => {
      if (action !== 'ImageModeration') throw new ApiRefusal('InvalidAction', `The action ${action} does not exist.`);
      checkPayload(readSdkModels('ims', 'v20201229'), 'ImageModerationRequest', payload);
      calls.push(payload);
      const struck = fault(calls.length);
      if (struck === 'cut') throw new AnswerLost();
      if (struck && 'refuse' in struck) throw new ApiRefusal(struck.refuse, 'A fault on purpose.');
      if (struck && 'delayMs' in struck) await sleep(struck.delayMs);
      if (struck && 'reply' in struck) return struck.reply;
      checkNames(payload);
      const picture = await fetchPicture(payload);
      await checkPicture(picture);
      const { DataId = '', BizType = '' } = payload;
      const found = {
        LabelResults: [],
        ObjectResults: [],
        OcrResults: [],
        LibResults: [],
        RecognitionResults: [],
        Extra: '',
      };
      const FileMD5 = createHash('md5').update(picture).digest('hex');
      return { ...(await judge(picture, String(DataId))), ...found, DataId, BizType, FileMD5 };
    },
  };
}

/** Something to be refused that needs no bad picture: one that is magenta all over. */
export async function refuseMagenta(picture: Buffer): Promise<Judgement> {
  const [red, green, blue] = (await sharp(picture, { limitInputPixels: false }).stats()).channels.map(
    ({ mean }) => mean,
  );
  const isMagenta = (red ?? 0) > 240 && (green ?? 255) < 16 && (blue ?? 0) > 240;
  return isMagenta ? { Suggestion: 'Block', Label: 'Ad', SubLabel: '', Score: 99 } : PASS;
}

function checkNames({ DataId, BizType, Type }: Payload): void {
  if (DataId !== undefined && !/^[\w\-@#]{1,64}$/.test(String(DataId)))
    throw new ApiRefusal('InvalidParameterValue.InvalidDataId', 'DataId: at most 64 letters, digits and _-@#.');
  if (BizType !== undefined && !/^\w{3,32}$/.test(String(BizType)))
    throw new ApiRefusal('InvalidParameterValue.InvalidParameter', 'BizType: 3 to 32 letters, digits and _.');
  if (Type !== undefined && Type !== 'IMAGE' && Type !== 'IMAGE_AIGC')
    throw new ApiRefusal('InvalidParameterValue', 'Type: IMAGE or IMAGE_AIGC.');
}

async function fetchPicture({ FileUrl, FileContent }: Payload): Promise<Buffer> {
  if ((FileUrl === undefined) === (FileContent === undefined))
    throw new ApiRefusal('InvalidParameterValue.InvalidContent', 'One of FileContent and FileUrl.');
  if (FileContent !== undefined) {
    if (String(FileContent).length > MAX_BASE64)
      throw new ApiRefusal('InvalidParameterValue.InvalidFileContentSize', 'FileContent is over 10 MB.');
    return Buffer.from(String(FileContent), 'base64');
  }
  try {
    const response = await fetch(String(FileUrl), { redirect: 'error', signal: AbortSignal.timeout(DOWNLOAD_MS) });
    if (!response.ok) throw new Error(String(response.status));
    const bytes = Buffer.from(await response.arrayBuffer());
    if (bytes.length <= MAX_URL_BYTES) return bytes;
  } catch (error) {
    throw new ApiRefusal('ResourceUnavailable.ImageDownloadError', String(error));
  }
  throw new ApiRefusal('InvalidParameterValue.InvalidFileContentSize', 'The picture is over 30 MB.');
}

async function checkPicture(picture: Buffer): Promise<void> {
  if (picture.length < 16) throw new ApiRefusal('InvalidParameter.ImageDataTooSmall', 'The picture is under 16 bytes.');
  const size = await sharp(picture, { limitInputPixels: false })
    .metadata()
    .catch(() => undefined);
  if (!size) throw new ApiRefusal('InvalidParameter.InvalidImageContent', 'The content is no picture.');
  const [short, long] = [size.width, size.height].toSorted((a, b) => a - b) as [number, number];
  if (short <= 50) throw new ApiRefusal('InvalidParameter.ImageSizeTooSmall', 'A side must be over 50 pixels.');
  if (long >= 10_000)
    throw new ApiRefusal('InvalidParameter.InvalidImageContent', 'A side must be below 10000 pixels.');
  if (long / short >= 90)
    throw new ApiRefusal('InvalidParameter.ImageAspectRatioTooLarge', 'The ratio must be below 90:1.');
}
