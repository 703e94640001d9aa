import type * as z from 'zod/mini';

/** What a card may say of one processor. */
export interface ProcessorEntry {
  readonly params: z.ZodMiniType;
  /** How many pictures it takes, by the part that they play. */
  readonly inputs: Readonly<Record<string, { readonly min: number; readonly max: number }>>;
  /** Names of the files that it makes; undefined where they follow from the parameters. */
  readonly files?: readonly string[];
  /** Engines that can run it. */
  readonly engines: readonly string[];
}

/** What this deployment has: processors by name, and which engines are configured. */
export interface Catalogue {
  readonly processors: Readonly<Record<string, ProcessorEntry>>;
  readonly engines: readonly string[];
}
