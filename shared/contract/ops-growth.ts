import * as z from 'zod/mini';
import { idOf } from './ids.ts';
import { lineOfText } from './membership.ts';
import { operation } from './operation.ts';
import { pageLimit } from './quota.ts';
import { commissionState, commissionUnit, payoutMethod, withdrawalId, withdrawalState } from './referral.ts';

const days = z.int().check(z.gte(1), z.lte(366));

/** The last moment that a DATETIME holds. */
const LAST_MS = Date.UTC(9999, 11, 31);

const settings = {
  referralOn: z.boolean(),
  /** Of what was paid for the first order, or of its credits, in hundredths of a per cent: 1500 is 15 %. */
  commissionBp: z.int().check(z.gte(1), z.lte(5000)),
  commissionUnit,
  /** How long credits of a commission last. */
  creditDays: days,
  leastWithdrawalFen: z.int().check(z.gte(100), z.lte(10_000_000)),
  welcomeOn: z.boolean(),
  welcomeCredits: z.int().check(z.gte(1), z.lte(1000)),
  welcomeDays: days,
};

export const getGrowth = operation({
  name: 'get-growth',
  method: 'GET',
  summary: 'What referral and welcome credits give now, and how much commission is frozen, open and asked for.',
  caller: 'operator',
  input: z.strictObject({}),
  output: z.strictObject({
    ...settings,
    savedBy: z.optional(z.string()),
    savedAtMs: z.optional(z.int()),
    /** Withdrawals that wait for an operator: to be approved, and to be paid. */
    requested: z.int(),
    approved: z.int(),
    waitingFen: z.int(),
  }),
});

export const saveGrowth = operation({
  name: 'save-growth',
  method: 'POST',
  summary:
    'Decides what referral and welcome credits give from now on. What was earned or given before stays as it was.',
  caller: 'operator',
  operators: { stepUp: true },
  input: z.strictObject({
    ...settings,
    /** `savedAtMs` of what was seen; absent: it had none, nobody has saved any yet. */
    baseSavedAtMs: z.optional(z.int().check(z.gte(0), z.lte(LAST_MS))),
    reason: lineOfText(2, 80),
  }),
  output: z.strictObject(settings),
  errors: ['SETTINGS_CHANGED'],
  idempotencyKey: 'required',
});

export const listReferrals = operation({
  name: 'list-referrals',
  method: 'GET',
  summary:
    'Withdrawals or commissions of a state, newest first; withdrawals that wait unless others are asked for. Payees are masked.',
  caller: 'operator',
  operators: { audited: true },
  input: z.strictObject({
    state: z.optional(z.enum([...withdrawalState.options, ...commissionState.options])),
    merchantId: z.optional(idOf('mch')),
    cursor: z.optional(z.string().check(z.regex(/^(?:cms|wdr)_[0-9A-HJKMNP-TV-Z]{26}$/))),
    limit: pageLimit,
  }),
  output: z.strictObject({
    items: z.array(
      z.strictObject({
        /** `wdr_…` or `cms_…`. */
        id: z.string(),
        merchantId: z.string(),
        state: z.enum([...withdrawalState.options, ...commissionState.options]),
        unit: commissionUnit,
        amount: z.int(),
        /** Of a commission: taken back with its order. */
        reversed: z.optional(z.int()),
        orderId: z.optional(z.string()),
        /** Why a commission is void. */
        refusal: z.optional(z.enum(['closed', 'own_payer', 'known_payer', 'nothing'])),
        method: z.optional(payoutMethod),
        payeeMasked: z.optional(z.string()),
        /** Of whoever withdraws: what is left in the balance now. */
        balanceFen: z.optional(z.int()),
        /** The number of the payment that an operator made. */
        reference: z.optional(z.string()),
        reason: z.optional(z.string()),
        createdAtMs: z.int(),
        /** Of a withdrawal: it was approved then, and may have been paid since. */
        approvedAtMs: z.optional(z.int()),
        releaseAtMs: z.optional(z.int()),
        endedAtMs: z.optional(z.int()),
      }),
    ),
    nextCursor: z.optional(z.string()),
  }),
});

export const showPayee = operation({
  name: 'show-payee',
  method: 'GET',
  summary: 'To whom a withdrawal is to be paid, whole. Each look is kept in the audit log.',
  caller: 'operator',
  operators: { role: 'operator', stepUp: true, audited: true },
  input: z.strictObject({ withdrawalId }),
  output: z.strictObject({
    withdrawalId: z.string(),
    method: payoutMethod,
    payeeName: z.string(),
    payeeAccount: z.string(),
    bankName: z.optional(z.string()),
  }),
  errors: ['NOT_FOUND'],
  secretReply: true,
});

export const decideWithdrawal = operation({
  name: 'decide-withdrawal',
  method: 'POST',
  summary:
    'Approves or rejects a withdrawal, or says that an approved one was paid by hand, under which reference, even if it was rejected since. Rejected, the amount returns.',
  caller: 'operator',
  operators: { stepUp: true },
  input: z
    .strictObject({
      withdrawalId,
      state: z.enum(['approved', 'rejected', 'paid']),
      /** The payment's number at the bank or Alipay. */
      reference: z.optional(z.string().check(z.regex(/^[\w-]{4,64}$/))),
      reason: lineOfText(2, 80),
    })
    .check(
      z.refine(({ state, reference }) => (state === 'paid') === (reference !== undefined), {
        path: ['reference'],
        error: '已打款必须填写付款流水号，其他不能填写',
        params: { rule: 'paid_only', en: 'is required of one that was paid, and of no other' },
      }),
    ),
  output: z.strictObject({ withdrawalId: z.string(), state: withdrawalState }),
  errors: ['NOT_FOUND', 'OWN_ACCOUNT', 'WITHDRAWAL_ENDED', 'BALANCE_SHORT'],
  idempotencyKey: 'required',
});
