import * as z from 'zod/mini';
import { idOf } from './ids.ts';
import { lineOfText } from './membership.ts';
import { operation } from './operation.ts';
import { entry, entryCursor, pageLimit } from './quota.ts';

/** Kept with what was done, for whoever asks later. */
const reason = lineOfText(2, 80);
export const merchantId = idOf('mch');
const merchantState = z.enum(['active', 'suspended']);
/** `deleted`: by the merchant, for good; the phone is gone with it. */
const shownState = z.enum(['active', 'suspended', 'deleted']);
const credits = z.int().check(z.gte(1), z.lte(100_000));
const access = z.enum(['basic', 'member']);

export const searchMerchants = operation({
  name: 'search-merchants',
  method: 'GET',
  summary: 'Merchants, newest first; or the one of a phone or an id.',
  caller: 'operator',
  operators: { audited: true },
  input: z.strictObject({
    phone: z.optional(z.string().check(z.regex(/^1[3-9]\d{9}$/))),
    merchantId: z.optional(merchantId),
    cursor: z.optional(merchantId),
    limit: pageLimit,
  }),
  output: z.strictObject({
    items: z.array(
      z.strictObject({
        merchantId: z.string(),
        phoneMasked: z.string(),
        state: shownState,
        membershipEndsAtMs: z.optional(z.int()),
        createdAtMs: z.int(),
      }),
    ),
    nextCursor: z.optional(z.string()),
  }),
});

export const getMerchant = operation({
  name: 'get-merchant',
  method: 'GET',
  summary: 'One merchant: membership, every lot, sessions. Its orders, tasks and entries have lists of their own.',
  caller: 'operator',
  operators: { audited: true },
  input: z.strictObject({ merchantId }),
  output: z.strictObject({
    merchantId: z.string(),
    phoneMasked: z.string(),
    state: shownState,
    planId: z.optional(z.string()),
    membershipEndsAtMs: z.optional(z.int()),
    createdAtMs: z.int(),
    /** Of live lots. */
    available: z.int(),
    lots: z.array(
      z.strictObject({
        lotId: z.string(),
        /** `pay:…`, `redeem:…`, `grant:…`, `refund:…`. */
        source: z.string(),
        access,
        amount: z.int(),
        remaining: z.int(),
        createdAtMs: z.int(),
        expiresAtMs: z.int(),
        revokedAtMs: z.optional(z.int()),
      }),
    ),
    sessions: z.array(
      z.strictObject({
        sessionId: z.string(),
        userAgent: z.string(),
        createdAtMs: z.int(),
        lastUsedAtMs: z.int(),
        revokedAtMs: z.optional(z.int()),
      }),
    ),
  }),
  errors: ['NOT_FOUND'],
});

export const listMerchantEntries = operation({
  name: 'list-merchant-entries',
  method: 'GET',
  summary: "A merchant's credit ledger, newest first.",
  caller: 'operator',
  operators: { audited: true },
  input: z.strictObject({ merchantId, cursor: entryCursor, limit: pageLimit }),
  output: z.strictObject({ items: z.array(entry), nextCursor: z.optional(z.string()) }),
});

export const grantCredits = operation({
  name: 'grant-credits',
  method: 'POST',
  summary: 'Gives a merchant credits, as a lot of their own.',
  caller: 'operator',
  operators: { stepUp: true },
  input: z.strictObject({ merchantId, credits, access, days: z.int().check(z.gte(1), z.lte(366)), reason }),
  output: z.strictObject({ lotId: z.string(), credits: z.int(), expiresAtMs: z.int() }),
  status: 201,
  errors: ['NOT_FOUND', 'OWN_ACCOUNT'],
  idempotencyKey: 'required',
});

export const revokeCredits = operation({
  name: 'revoke-credits',
  method: 'POST',
  summary: 'Takes credits out of a live lot, no more than it holds.',
  caller: 'operator',
  operators: { stepUp: true },
  input: z.strictObject({
    merchantId,
    /** As get-merchant lists it. */
    lotId: z.string().check(z.regex(/^lot_\w{1,28}$/)),
    credits,
    reason,
  }),
  output: z.strictObject({ lotId: z.string(), remaining: z.int() }),
  errors: ['NOT_FOUND', 'LOT_SHORT'],
  idempotencyKey: 'required',
});

export const setMerchantState = operation({
  name: 'set-merchant-state',
  method: 'POST',
  summary: 'Suspends a merchant, which ends every session, or lets one back in.',
  caller: 'operator',
  input: z.strictObject({ merchantId, state: merchantState, reason }),
  output: z.strictObject({ merchantId: z.string(), state: merchantState }),
  errors: ['NOT_FOUND'],
  idempotencyKey: 'required',
});
