import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { ApiRefusal } from '../tencent-api/api-refusal.ts';
import {
  type Judgement,
  type ModerationFault,
  type ModerationStandin,
  moderationService,
  PASS,
  type Payload,
} from './moderation-service.ts';

export interface ModerationStandinOptions {
  readonly judge?: (picture: Buffer, dataId: string) => Judgement | Promise<Judgement>;
  readonly fault?: (number: number) => ModerationFault | undefined;
}

const DOWNLOAD_MS = 3000;
const MAX_URL_BYTES = 30 * 1024 * 1024;
const MAX_BASE64 = 10 * 1024 * 1024;

/** IMS ImageModeration on loopback, held against the SDK's model and its documented limits (SDK 4.1, ims v20201229). */
export function startModerationStandin({
  judge = () => PASS,
  fault = () => undefined,
}: ModerationStandinOptions = {}): ModerationStandin {
  return moderationService({
    service: 'ims',
    version: '2020-12-29',
    action: 'ImageModeration',
    fault,
    answer: async (payload) => {
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
  });
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
