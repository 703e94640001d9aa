import * as z from 'zod/mini';
import { card } from './card.ts';
import { lineOfText } from './membership.ts';
import { operation } from './operation.ts';
import { merchantId } from './ops-merchants.ts';
import { featureId } from './tasks.ts';

const reason = lineOfText(2, 80);
const sentence = lineOfText(1, 255);
/** In a query. */
const versionText = z.string().check(z.regex(/^[1-9]\d{0,8}$/));
const version = z.int().check(z.gte(1), z.lte(999_999_999));
const saved = z.strictObject({ featureId: z.string(), version: z.int() });

export const listCards = operation({
  name: 'list-cards',
  method: 'GET',
  summary: 'Every feature card as it stands, open or closed, and what this deployment has to make cards of.',
  caller: 'operator',
  input: z.strictObject({}),
  output: z.strictObject({
    items: z.array(
      z.strictObject({
        featureId: z.string(),
        version: z.int(),
        nameZh: z.string(),
        nameEn: z.string(),
        category: z.string(),
        credits: z.int(),
        access: z.enum(['basic', 'member', 'whitelist']),
        enabled: z.boolean(),
        /** Nothing can be ordered from it here and now, and why: also where it is enabled and an engine is missing. */
        closed: z.optional(z.strictObject({ zh: z.string(), en: z.string() })),
        position: z.int(),
        savedBy: z.optional(z.string()),
        savedAtMs: z.optional(z.int()),
      }),
    ),
    processors: z.array(
      z.strictObject({
        name: z.string(),
        /** Pictures that it takes, by the part that they play. */
        inputs: z.array(z.strictObject({ part: z.string(), min: z.int(), max: z.int() })),
        /** Files that it makes; absent where they follow from its parameters. */
        files: z.optional(z.array(z.string())),
        engines: z.array(z.string()),
      }),
    ),
    /** Configured here. */
    engines: z.array(z.string()),
  }),
});

export const getCard = operation({
  name: 'get-card',
  method: 'GET',
  summary: 'One version of a card, whole, the newest unless another is asked for; and which versions there are.',
  caller: 'operator',
  input: z.strictObject({ featureId, version: z.optional(versionText) }),
  output: z.strictObject({
    featureId: z.string(),
    version: z.int(),
    currentVersion: z.int(),
    card,
    /** Newest first, a hundred at most. An operator's id, or `migration`. */
    versions: z.array(z.strictObject({ version: z.int(), savedBy: z.string(), savedAtMs: z.int() })),
    /** On its whitelist, whether it goes by one now or not. */
    merchants: z.strictObject({
      count: z.int(),
      /** Those that registered last, two hundred at most. */
      items: z.array(z.strictObject({ merchantId: z.string(), addedAtMs: z.int() })),
    }),
  }),
  errors: ['NOT_FOUND'],
});

export const saveCard = operation({
  name: 'save-card',
  method: 'POST',
  summary:
    'Saves a card as its next version. What could not run is refused, with the field and the reason. Tasks under way keep their version.',
  caller: 'operator',
  input: z.strictObject({
    card,
    /** The version that was edited; 0: the card is new. */
    baseVersion: z.int().check(z.gte(0), z.lte(999_999_998)),
    reason,
  }),
  output: saved,
  status: 201,
  errors: ['CARD_CHANGED'],
  idempotencyKey: 'required',
});

export const setCardState = operation({
  name: 'set-card-state',
  method: 'POST',
  summary:
    'Opens a card, or closes it and says why; for the whitelist, members or everybody where that is said. As its next version.',
  caller: 'operator',
  input: z.strictObject({
    featureId,
    /** The version that was seen. */
    version,
    enabled: z.boolean(),
    /** Who may order from it from now on; absent: as before. */
    access: z.optional(z.enum(['basic', 'member', 'whitelist'])),
    /** Shown to merchants while it is closed. */
    closedZh: z.optional(sentence),
    closedEn: z.optional(sentence),
    reason,
  }),
  output: saved,
  errors: ['NOT_FOUND', 'CARD_CHANGED'],
  idempotencyKey: 'required',
});

export const setCardMerchant = operation({
  name: 'set-card-merchant',
  method: 'POST',
  summary:
    'Puts a merchant on the whitelist of a card, or takes one off. It counts while the access of the card is `whitelist`.',
  caller: 'operator',
  input: z.strictObject({ featureId, merchantId, allowed: z.boolean(), reason }),
  output: z.strictObject({ featureId: z.string(), merchantId: z.string(), allowed: z.boolean() }),
  errors: ['NOT_FOUND', 'FEATURE_NOT_FOUND'],
  idempotencyKey: 'required',
});

export const compareCards = operation({
  name: 'compare-cards',
  method: 'GET',
  summary: 'What differs between two versions of a card, value by value.',
  caller: 'operator',
  input: z.strictObject({ featureId, from: versionText, to: versionText }),
  output: z.strictObject({
    featureId: z.string(),
    from: z.int(),
    to: z.int(),
    changes: z.array(
      z.strictObject({
        /** In dots; fields of the form, steps and outputs by name: `pipeline.cut.timeLimitSeconds`. */
        path: z.string(),
        /** JSON; absent: there was nothing. */
        before: z.optional(z.string()),
        /** JSON; absent: there is nothing any more. */
        after: z.optional(z.string()),
      }),
    ),
  }),
  errors: ['NOT_FOUND'],
});
