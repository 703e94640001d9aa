import * as z from 'zod/mini';
import { operation } from './operation.ts';

/** 503 names each part that is not as it should be: `secrets`, `database`, `schema`, `objects`, `clock`. */
export const healthReady = operation({
  name: 'health-ready',
  method: 'GET',
  summary: 'Whether all that the product stands on answers; looked at every few seconds at most.',
  caller: 'anyone',
  input: z.strictObject({}),
  output: z.strictObject({
    status: z.literal('ready'),
    checkedAtMs: z.int(),
    secrets: z.boolean(),
    database: z.boolean(),
    /** Every migration and procedure of this release is applied. */
    schema: z.boolean(),
    objects: z.boolean(),
    /** Within 30 s of the object storage's. */
    clock: z.boolean(),
    /** Ours less the object storage's, by its Date header, which counts whole seconds. */
    clockSkewMs: z.int(),
    /** By channel: it has its keys. */
    channels: z.record(z.string(), z.boolean()),
    /** By AI engine: it is configured and not resting after failures. */
    engines: z.record(z.string(), z.boolean()),
  }),
});
