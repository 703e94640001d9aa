import * as z from 'zod/mini';
import { lineOfText } from './membership.ts';
import { operation } from './operation.ts';

const MAX_BYTES = 10 * 1024 * 1024;
const gender = z.enum(['female', 'male']);
const scene = z.enum(['street', 'studio', 'indoor']);
const pose = z.int().check(z.gte(0), z.lte(11));

export const listModelPhotos = operation({
  name: 'list-model-photos',
  method: 'GET',
  summary:
    'The photos of models that try-on uses, with links; one that was uploaded and not taken into use yet beside them.',
  caller: 'operator',
  input: z.strictObject({}),
  output: z.strictObject({
    items: z.array(
      z.strictObject({
        gender,
        scene,
        pose,
        enabled: z.boolean(),
        /** Absent where none has been taken into use yet. */
        url: z.optional(z.string()),
        pendingUrl: z.optional(z.string()),
        savedBy: z.optional(z.string()),
        savedAtMs: z.optional(z.int()),
      }),
    ),
    /** Poses of all genders and scenes for which there is none in use. */
    missing: z.int(),
  }),
});

export const saveModelPhoto = operation({
  name: 'save-model-photo',
  method: 'POST',
  summary: `With \`upload\`, answers where to PUT a new photo, which then waits. Without it, takes the newest photo of the pose into use, once it
is there and a picture, or takes the pose out of use.`,
  caller: 'operator',
  input: z
    .strictObject({
      gender,
      scene,
      pose,
      enabled: z.boolean(),
      upload: z.optional(
        z.strictObject({
          contentType: z.enum(['image/jpeg', 'image/png']),
          sizeBytes: z.int().check(z.minimum(1), z.maximum(MAX_BYTES)),
        }),
      ),
      reason: lineOfText(2, 80),
    })
    .check(({ value, issues }) => {
      // What nobody has looked at is not in use.
      if (value.upload && value.enabled)
        issues.push({ code: 'invalid_value', values: [false], path: ['enabled'], input: value.enabled });
    }),
  output: z.strictObject({
    gender,
    scene,
    pose,
    enabled: z.boolean(),
    upload: z.optional(
      z.strictObject({
        url: z.string(),
        method: z.literal('PUT'),
        headers: z.record(z.string(), z.string()),
        expiresAtMs: z.int(),
      }),
    ),
  }),
  errors: ['NOT_FOUND'],
  idempotencyKey: 'required',
});
