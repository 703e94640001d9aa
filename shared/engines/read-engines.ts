import * as z from 'zod/mini';

/** What we do ourselves, as cards name it; always there. */
export const EMBEDDED_ENGINE = 'embedded';
/** What our own function does with a model of the operator's. */
export const MODEL_ENGINE = 'onnx';
/** Engines elsewhere. */
export const REMOTE_ENGINES = ['tencent-mps', 'tencent-vclm', 'tencent-ci', 'tencent-aiart'] as const;
export type RemoteEngine = (typeof REMOTE_ENGINES)[number];
export const ENGINE_NAMES = [...REMOTE_ENGINES, MODEL_ENGINE] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];
export type LocalEngine = typeof EMBEDDED_ENGINE | typeof MODEL_ENGINE;

/** Whether our own image function does it. */
export const isLocal = (name: string): name is LocalEngine => name === EMBEDDED_ENGINE || name === MODEL_ENGINE;

const ONE = `(${MODEL_ENGINE}|(${REMOTE_ENGINES.join('|')})(:([1-9]|1[0-9]|20))?)`;
const LIST = new RegExp(`^(|${ONE}(,${ONE})*)$`);

/**
 * `tencent-mps:4,tencent-vclm`: which engines this deployment has, and how many jobs each may have at once (1 when it is
 * not said, which is what the vendor's interfaces allow by default; at most 20). `onnx` has no places: it is as many as there are instances of
 * our own function. Empty: none, and their cards are closed.
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
