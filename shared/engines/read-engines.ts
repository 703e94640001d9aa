import * as z from 'zod/mini';

/** What we do ourselves, as cards name it. */
export const EMBEDDED_ENGINE = 'embedded';
export const ENGINE_NAMES = ['tencent-mps', 'tencent-vclm', 'tencent-ci', 'tencent-aiart'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

const LIST = new RegExp(
  `^(|(${ENGINE_NAMES.join('|')})(:([1-9]|1[0-9]|20))?(,(${ENGINE_NAMES.join('|')})(:([1-9]|1[0-9]|20))?)*)$`,
);

/**
 * `tencent-mps:4,tencent-vclm`: which engines this deployment has, and how many jobs each may have at once (1 when it is
 * not said, which is what the vendor's interfaces allow by default; at most 20). Empty: none, and their cards are closed.
 */
export const ENGINES_CONFIG = { AI_ENGINES: z.optional(z.string().check(z.regex(LIST))) } as const;

/** Jobs at once, by engine, in the order of the configuration. */
export function readEngines(text: string | undefined): ReadonlyMap<EngineName, number> {
  const entries = (text ?? '').split(',').flatMap((one) => {
    const [name, places] = one.split(':');
    const known = ENGINE_NAMES.find((engine) => engine === name);
    return known ? [[known, Number(places ?? 1)] as const] : [];
  });
  return new Map(entries);
}

/** Only where Tencent's interfaces are not Tencent's own (the local cloud): `http://127.0.0.1:PORT`. */
export const ENGINE_ENDPOINT = z.optional(z.string().check(z.regex(/^https?:\/\/[^/\s]+$/)));
