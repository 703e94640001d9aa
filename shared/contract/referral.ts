import * as z from 'zod/mini';
import { idOf } from './ids.ts';
import { lineOfText } from './membership.ts';
import { operation } from './operation.ts';
import { pageLimit } from './quota.ts';

export const commissionId = idOf('cms');
export const withdrawalId = idOf('wdr');
export const commissionUnit = z.enum(['fen', 'credits']);
/** `void`: nothing comes of it (paid by the inviter, say). Of one whose order went back, `reversed` says how much of it. */
export const commissionState = z.enum(['frozen', 'released', 'void']);
export const withdrawalState = z.enum(['requested', 'approved', 'paid', 'rejected']);
export const payoutMethod = z.enum(['alipay', 'bank']);

/** Days between the payment and the release. */
export const FREEZE_DAYS = 7;

const withdrawal = z.strictObject({
  withdrawalId: z.string(),
  state: withdrawalState,
  amountFen: z.int(),
  method: payoutMethod,
  /** `王*` and the last four characters of the account. */
  payeeMasked: z.string(),
  /** What the operator said of it last. */
  reason: z.optional(z.string()),
  createdAtMs: z.int(),
  endedAtMs: z.optional(z.int()),
});

export const getReferral = operation({
  name: 'get-referral',
  method: 'GET',
  summary:
    "The merchant's invite code, how many came by it, what they have earned, and the latest withdrawals. Commissions in pages, newest first.",
  caller: 'merchant',
  input: z.strictObject({ cursor: z.optional(commissionId), limit: pageLimit }),
  output: z.strictObject({
    /** Whether inviting earns anything now. What was earned stays. */
    on: z.boolean(),
    /** Of the first paid order, in hundredths of a per cent. */
    commissionBp: z.int(),
    commissionUnit,
    freezeDays: z.int(),
    leastWithdrawalFen: z.int(),
    /** Made with the merchant's own first look: until then an operator who looks sees none. */
    inviteCode: z.optional(z.string()),
    invited: z.int(),
    /** Of these, those that have paid. */
    paying: z.int(),
    /** Can be withdrawn. Below nothing: the order of one that was withdrawn went back, and the next are set off. */
    balanceFen: z.int(),
    frozenFen: z.int(),
    frozenCredits: z.int(),
    /** Credits that are set off against the next. */
    owedCredits: z.int(),
    withdrawals: z.array(withdrawal),
    items: z.array(
      z.strictObject({
        commissionId: z.string(),
        state: commissionState,
        unit: commissionUnit,
        amount: z.int(),
        reversed: z.int(),
        createdAtMs: z.int(),
        /** While frozen. */
        releaseAtMs: z.optional(z.int()),
      }),
    ),
    nextCursor: z.optional(z.string()),
  }),
});

const ALIPAY_ACCOUNT = /^(?:1[3-9]\d{9}|[^\s@]{1,64}@[^\s@]{1,64}\.[^\s@]{1,32})$/;
const BANK_ACCOUNT = /^\d{8,30}$/;

export const requestWithdrawal = operation({
  name: 'request-withdrawal',
  method: 'POST',
  summary:
    'Asks for commission to be paid out, to an Alipay or bank account; an operator does it by hand. One at a time. The amount leaves the balance at once.',
  caller: 'merchant',
  input: z
    .strictObject({
      amountFen: z.int().check(z.gte(1), z.lte(100_000_000)),
      method: payoutMethod,
      /** As the account's owner is called there. */
      payeeName: lineOfText(2, 40),
      payeeAccount: lineOfText(5, 120),
      /** Of a bank account, with its branch. */
      bankName: z.optional(lineOfText(2, 60)),
    })
    .check(
      z.refine(({ method, payeeAccount }) => (method === 'alipay' ? ALIPAY_ACCOUNT : BANK_ACCOUNT).test(payeeAccount), {
        path: ['payeeAccount'],
        error: '支付宝账号应为手机号或邮箱，银行账号应为 8–30 位数字',
        params: { rule: 'account', en: 'must be a phone or e-mail address of Alipay, or 8 to 30 digits of a bank' },
      }),
      z.refine(({ method, bankName }) => (method === 'bank') === (bankName !== undefined), {
        path: ['bankName'],
        error: '银行账号必须填写开户行，支付宝不能填写',
        params: { rule: 'bank_only', en: 'is required of a bank account, and of no other' },
      }),
    ),
  output: withdrawal,
  status: 201,
  errors: ['BALANCE_SHORT', 'WITHDRAWAL_OPEN'],
  idempotencyKey: 'required',
  rateLimit: { limit: 10, windowSeconds: 600 },
});
