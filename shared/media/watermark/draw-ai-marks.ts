import { AI_MARK } from '../ai-label.ts';
import { encodeMarked } from '../canvas/encode-marked.ts';
import { decodePhoto } from '../decode-photo.ts';
import type { ProcessorOutput, RunProcessor } from '../processor.ts';
import { drawAiLabel } from './draw-ai-label.ts';

/** Pictures that an AI made, in order, each with its mark: `frame-01.jpg`, … */
export const drawAiMarks: RunProcessor<Record<string, never>> = async ({ inputs }, { mediaFolder }) => {
  const outputs: ProcessorOutput[] = [];
  for (const [n, { bytes }] of inputs.entries()) {
    const photo = await decodePhoto(bytes);
    const { width, height } = photo;
    const rgb = await drawAiLabel(photo, mediaFolder);
    const name = `frame-${String(n + 1).padStart(2, '0')}.jpg`;
    const marked = await encodeMarked(rgb, width, height, AI_MARK, 92);
    outputs.push({ name, contentType: 'image/jpeg', bytes: marked, width, height, flags: ['ai'] });
  }
  return outputs;
};
