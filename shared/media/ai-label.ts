import { createHash } from 'node:crypto';
import type { Mark } from './canvas/mark-xmp.ts';

/** In the picture and in its metadata: what rules on AI-made content ask for. */
export const AI_MARK = { description: 'AI 生成 · AI-generated', tool: 'yiying ai-mark' } as const;

/** What is to keep within a number of bytes leaves so much for the label, which comes last. */
export const AI_LABEL_BYTES = 2048;

const SERVICE = 'yiying';

/**
 * The implicit label of GB 45438-2025 (annex E) as its JSON: made by AI (`Label` 1), by which service, under which number; we hand it on too.
 * The number is a hash of what was made, so that it needs no register.
 */
export function aiLabelOf(content: Uint8Array): string {
  const id = createHash('sha256').update(content).digest('hex').slice(0, 32);
  return JSON.stringify({
    ...{ Label: '1', ContentProducer: SERVICE, ProduceID: id, ReservedCode1: '' },
    ...{ ContentPropagator: SERVICE, PropagateID: id, ReservedCode2: '' },
  });
}

/** A file of ours or of a vendor that already bears such a label; the last field's name is long enough to be no accident. */
export const hasAiLabel = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('ReservedCode1');

/** How something says that it was made: with AI where anything that it was made of was. */
export interface Origin {
  readonly mark: Mark;
  readonly flags: readonly string[];
}

/** Of files made by our own templates, or of others: `own` says what they are when nothing in them came from an AI. */
export const originOf = (inputs: readonly { readonly bytes: Uint8Array }[], own: Origin): Origin =>
  inputs.some(({ bytes }) => hasAiLabel(bytes)) ? { mark: AI_MARK, flags: ['ai'] } : own;

/** The merchant is told what it is by the page, and a program by `flags`. */
export const TEMPLATE_FLAG = 'template';
