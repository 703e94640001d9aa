import * as z from 'zod/mini';
import { ENGLISH } from '../../../infra/serverless/english.ts';
import { ApiRefusal } from '../tencent-api/api-refusal.ts';

export type Payload = Readonly<Record<string, unknown>>;

export interface TryOn {
  readonly modelKey: string;
  readonly garmentKey: string;
  readonly outputKey: string;
}

const object = z.object({
  Type: z.literal('COS'),
  CosInputInfo: z.object({
    Bucket: z.string().check(z.regex(/^[a-z0-9-]+-\d+$/)),
    Region: z.string().check(z.regex(/^ap-/)),
    Object: z.string().check(z.regex(/^\/.+/)),
  }),
});

/** https://cloud.tencent.com/document/product/862/112896: a model in, one to four garments beside it, a path that ends with its format. */
const tryOn = z.object({
  InputInfo: object,
  OutputStorage: z.object({
    Type: z.literal('COS'),
    CosOutputStorage: z.object({ Bucket: z.string(), Region: z.string() }),
  }),
  OutputPath: z.string().check(z.regex(/^\/.+\.\{format\}$/)),
  ImageTask: z.object({
    AiTryOnConfig: z.object({
      Model: z.enum(['WAND-tryon-1.0-lite', 'WAND-tryon-1.0-flash', 'WAND-tryon-1.0-pro']),
      Resolution: z.optional(z.enum(['1K', '2K', '4K'])),
    }),
  }),
  AddOnParameter: z.object({
    ImageSet: z.array(z.object({ Image: object })).check(z.minLength(1), z.maxLength(4)),
  }),
});

/** vclm: a photo by its URL, at most 200 characters, one of three sizes and rates; the mark is not to be switched off. */
const film = z.object({
  Image: z.object({ Url: z.string().check(z.regex(/^https?:\/\//)) }),
  Prompt: z.optional(z.string().check(z.maxLength(200))),
  Resolution: z.optional(z.enum(['480p', '720p', '1080p'])),
  Fps: z.optional(z.union([z.literal(16), z.literal(24), z.literal(30)])),
  LogoAdd: z.optional(z.literal(1)),
});

function valid<Schema extends z.ZodMiniType>(schema: Schema, payload: Payload): z.output<Schema> {
  const found = schema.safeParse(payload, ENGLISH);
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  throw new ApiRefusal('InvalidParameterValue', `\`${issue?.path.join('.')}\`: ${issue?.message}`);
}

/** @throws ApiRefusal */
export function checkTryOn(payload: Payload): TryOn {
  const { InputInfo, OutputPath, AddOnParameter } = valid(tryOn, payload);
  const keyOf = (at: typeof InputInfo) => at.CosInputInfo.Object.slice(1);
  const [garment] = AddOnParameter.ImageSet;
  return {
    modelKey: keyOf(InputInfo),
    garmentKey: garment ? keyOf(garment.Image) : '',
    outputKey: OutputPath.slice(1).replace('{format}', 'jpg'),
  };
}

/** @returns the photo's URL @throws ApiRefusal */
export const checkFilm = (payload: Payload): string => valid(film, payload).Image.Url;
