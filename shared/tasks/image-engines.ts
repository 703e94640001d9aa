import * as z from 'zod/mini';
import { ENGINES_CONFIG, MODEL_ENGINE, readEngines } from '../engines/read-engines.ts';
import { MODEL_CONFIG, readModel } from '../media/onnx/model-setting.ts';
import { imageProcessors } from './image-processors.ts';
import type { UnitServices } from './run-unit.ts';

/** The operator's own ffmpeg, beside the function's code or in a layer; without it the embedded encoder and decoder serve. */
const FFMPEG_PATH = z.optional(z.string().check(z.regex(/^(|\/.+)$/)));

/** What the function that works on pictures has: its files, and what the operator has added to them. */
export const IMAGE_CONFIG = {
  ...{ MEDIA_RESOURCES: z.string().check(z.minLength(1)), FFMPEG_PATH },
  ...{ ...ENGINES_CONFIG, ...MODEL_CONFIG },
} as const;

/** @throws Error for a model of which only a part is configured */
export function openImageEngines(
  config: z.output<z.ZodMiniObject<typeof IMAGE_CONFIG>>,
): Pick<UnitServices, 'configured' | 'processors'> {
  const configured = new Set<string>(readEngines(config.AI_ENGINES).keys());
  const model = readModel(config, configured.has(MODEL_ENGINE));
  const ffmpegPath = config.FFMPEG_PATH || undefined;
  return { configured, processors: imageProcessors(config.MEDIA_RESOURCES, { ffmpegPath, model }) };
}
