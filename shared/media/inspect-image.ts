import { type AcceptedPhoto, type Declared, inspectHead, type RefusedPhoto } from './inspect-head.ts';

/** As inspectHead, with the whole file at hand: there is always an answer. */
export function inspectImage(bytes: Uint8Array, declared?: Declared): AcceptedPhoto | RefusedPhoto {
  const inspection = inspectHead(bytes, bytes.length, declared);
  if (inspection.kind !== 'more') return inspection;
  return { kind: 'refused', code: 'INPUT_CORRUPT', detail: 'the file ends within its header' };
}
