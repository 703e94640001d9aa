import type * as z from 'zod/mini';

/** @returns the field that is wrong, or `whole` when it is no object or has a field too many; never a value */
export function firstPath(error: z.core.$ZodError, whole = 'the object'): string {
  return error.issues[0]?.path.join('.') || whole;
}
