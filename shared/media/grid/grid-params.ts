import * as z from 'zod/mini';

/** `2x3`: two columns, three rows. */
export const gridParams = z.object({
  layout: z._default(z.enum(['2x2', '2x3', '3x2', '3x3', '3x4', '4x3', '4x4']), '4x3'),
  /** A cell's width in pixels; its height follows from the first picture's proportions. */
  cellWidth: z._default(z.int().check(z.minimum(120), z.maximum(800)), 480),
  /** Of a template storyboard: the grid then says so, in the picture and in its metadata. */
  template: z._default(z.boolean(), false),
});
export type GridParams = z.infer<typeof gridParams>;
