import * as z from 'zod/mini';

/**
 * Kinds of models by what they are given and what they give: ISNet (DIS), U²-Net, BiRefNet, and the U²-Net that tells kinds of clothes
 * (`cloth`). A model of another origin that is fed like one of them is of that kind.
 */
export const MODEL_KINDS = ['isnet', 'u2net', 'birefnet', 'cloth'] as const;
export type ModelKind = (typeof MODEL_KINDS)[number];

/** The operator's own model for cut-outs, on a file system that the function has. */
export interface ModelSetting {
  readonly kind: ModelKind;
  /** Of the square that it takes. */
  readonly side: number;
  readonly sha256: string;
  readonly modelFile: string;
  /** A folder or file that `require` finds onnxruntime in: `onnxruntime-node`, or `onnxruntime-web` where nothing native may run. */
  readonly runtimePath: string;
}

const MODEL = new RegExp(`^(|(${MODEL_KINDS.join('|')}):([1-9]\\d{1,3}):([0-9a-f]{64}))$`);
const place = () => z.optional(z.string().check(z.regex(/^(|\/.+)$/)));

/** `CUTOUT_MODEL`: `isnet:1024:SHA256`: its kind, the side of its square, and the hash of the file. All three, or none of them. */
export const MODEL_CONFIG = {
  CUTOUT_MODEL: z.optional(z.string().check(z.regex(MODEL))),
  CUTOUT_MODEL_PATH: place(),
  CUTOUT_RUNTIME_PATH: place(),
} as const;

type ModelConfig = z.output<z.ZodMiniObject<typeof MODEL_CONFIG>>;

/** @throws Error that names what is missing; `isNamed`: AI_ENGINES names the engine */
export function readModel(config: ModelConfig, isNamed: boolean): ModelSetting | undefined {
  const { CUTOUT_MODEL = '', CUTOUT_MODEL_PATH = '', CUTOUT_RUNTIME_PATH = '' } = config;
  const given = { CUTOUT_MODEL, CUTOUT_MODEL_PATH, CUTOUT_RUNTIME_PATH };
  const missing = Object.entries(given).flatMap(([name, value]) => (value === '' ? [name] : []));
  if (missing.length === 3 && !isNamed) return undefined;
  if (missing.length > 0) throw new Error(`configuration: the engine onnx needs ${missing.join(', ')}`);
  if (!isNamed) throw new Error('configuration: CUTOUT_MODEL is set, and AI_ENGINES does not name onnx');
  const [kind = '', side = '', sha256 = ''] = CUTOUT_MODEL.split(':');
  const known = MODEL_KINDS.find((one) => one === kind);
  if (!known) throw new Error('configuration: CUTOUT_MODEL names no kind of model');
  return { kind: known, side: Number(side), sha256, modelFile: CUTOUT_MODEL_PATH, runtimePath: CUTOUT_RUNTIME_PATH };
}
