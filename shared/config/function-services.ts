import type * as z from 'zod/mini';
import { type ConfigSchema, readConfig } from './read-config.ts';

/** What a function is made of: its configuration, and the services built from it. */
export interface FunctionParts<S extends ConfigSchema, Services> {
  readonly config: S;
  /** Runs once per instance, when the first event needs it; after a failure, again with the next event. */
  readonly build: (config: z.output<S>) => Services | Promise<Services>;
}

/** The configuration and services of one instance, made when first asked for. */
export interface FunctionServices<S extends ConfigSchema, Services> {
  /** @throws ConfigInvalid, the same one every time: an environment does not change while an instance lives */
  readonly config: () => z.output<S>;
  /** @throws what `build` threw; the next call tries anew */
  readonly services: () => Promise<Services>;
}

export function functionServices<S extends ConfigSchema, Services>(
  parts: FunctionParts<S, Services>,
  readEnvironment: (schema: S) => z.output<S> = readConfig,
): FunctionServices<S, Services> {
  let config: (() => z.output<S>) | undefined;
  let building: Promise<Services> | undefined;
  const readOnce = (): z.output<S> => {
    config ??= remember(() => readEnvironment(parts.config));
    return config();
  };
  return {
    config: readOnce,
    services: () => {
      if (building === undefined) {
        const attempt = (async () => parts.build(readOnce()))();
        building = attempt;
        attempt.catch(() => {
          building = undefined;
        });
      }
      return building;
    },
  };
}

function remember<T>(make: () => T): () => T {
  try {
    const value = make();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
