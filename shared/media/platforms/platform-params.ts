import * as z from 'zod/mini';
import { PLATFORM_NAMES, PRESET_IDS } from './presets.ts';

export const resizePresetParams = z.object({ preset: z.enum(PRESET_IDS) });
export type ResizePresetParams = z.infer<typeof resizePresetParams>;

export const platformPackParams = z.object({
  platforms: z._default(z.array(z.enum(PLATFORM_NAMES)).check(z.minLength(1), z.maxLength(7)), PLATFORM_NAMES),
});
export type PlatformPackParams = z.infer<typeof platformPackParams>;
