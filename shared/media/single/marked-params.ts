import * as z from 'zod/mini';
import { readMarks } from '../../contract/marks.ts';

const marks = z
  .string()
  .check(z.refine((text) => 'marks' in readMarks(text), { error: 'no marks of a photo', params: { rule: 'marks' } }));

/** `marks`: what the merchant drew on the photo, as the text of marks.ts. */
export const markedParams = z.strictObject({ marks: z.optional(marks) });
export type MarkedParams = z.infer<typeof markedParams>;

/** The same, where nothing can be done without. */
export const drawnParams = z.strictObject({ marks });
export type DrawnParams = z.infer<typeof drawnParams>;
