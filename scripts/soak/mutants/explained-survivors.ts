const SAME_LOCK = "every change of a unit holds its task's lock, so the unit's own lock keeps nobody out";
const TASK_BY_UNIT =
  "whoever changes the task's state by a unit changes the unit first, whose lock keeps the same order";
const TASK_BY_ACCOUNT = 'every ending holds the account, and whoever works on a unit meets the lock of its row';

const ACCOUNT_FIRST =
  'whoever changes a lot holds its account, which is locked before: the lot’s own lock keeps nobody out';

const ONE_KEY = 'a source key is unique: it names one lot, or one entry, whosever it is';

const REFERRAL_BY_ACCOUNT =
  'what an inviter is owed, has and was promised changes only under the account’s lock, which is taken before';
const NOTHING_MOVES = 'what moves nothing makes no entry, no part and no lot: the branch changes nothing';
const NO_SUCH_KEY =
  'a source key of a commission’s lot goes on with a number: none is `referral:<id>:` or ends with `~`';

/** Mutants that change nothing that anybody could see, each with the reason. */
export const EXPLAINED: Readonly<Record<string, string>> = {
  'settle_order_v5: SET v_lot_ends = IF(v_ends IS NULL OR v_ends <= p_now, p_now, v_ends) + INTERVAL v_days DAY; · <= → <':
    'where the two differ, the end is now: both branches say the same',
  'create_order_v4: WHERE order_id = v_order AND out_trade_no = CONCAT(v_order, p_suffix); · order_id = v_order → TRUE':
    'a number names one attempt, and begins with its order',
  "settle_order_v5: FROM quota_lots WHERE merchant_id = v_merchant AND source_key = CONCAT('pay:', p_channel, ':', v_order); · merchant_id = v_merchant → TRUE":
    ONE_KEY,
  "settle_order_v5: FROM quota_entries WHERE merchant_id = v_merchant AND source_key = CONCAT('pay:', p_channel, ':', v_order); · merchant_id = v_merchant → TRUE":
    ONE_KEY,
  "create_refund_v4: FROM quota_lots WHERE merchant_id = v_merchant AND source_key = CONCAT('pay:', v_channel, ':', p_order_id) FOR UPDATE; · merchant_id = v_merchant → TRUE":
    ONE_KEY,
  "settle_refund_v4: WHERE merchant_id = v_merchant AND source_key = CONCAT('pay:', v_channel, ':', v_order); · merchant_id = v_merchant → TRUE":
    ONE_KEY,
  "settle_refund_v4: WHERE merchant_id = v_merchant AND source_key = CONCAT('revoke:', p_refund_id); · merchant_id = v_merchant → TRUE":
    ONE_KEY,
  "freeze_order_v3: FROM quota_lots WHERE merchant_id = v_merchant AND source_key = CONCAT('pay:', v_channel, ':', p_order_id); · merchant_id = v_merchant → TRUE":
    ONE_KEY,
  'freeze_order_v3: IF p_lot_id IS NOT NULL THEN · p_lot_id IS NOT NULL → TRUE':
    'no lot is called NULL, and what finds none leaves the merchant as read',
  "create_refund_v4: FROM quota_lots WHERE merchant_id = v_merchant AND source_key = CONCAT('pay:', v_channel, ':', p_order_id) FOR UPDATE; · FOR UPDATE → nothing":
    ACCOUNT_FIRST,
  'create_refund_v4: LEAST(v_amount - v_refunded, FLOOR(v_amount * v_remaining / v_credits))); · - → +':
    'a refund that stands has revoked the lot, and then nothing is unused: whenever this is used, nothing was refunded',
  'freeze_order_v3: SELECT merchant_id, channel INTO v_merchant, v_channel FROM orders WHERE id = p_order_id FOR UPDATE; · FOR UPDATE → nothing':
    'what is read of the order changes only with its payment: read before that one, there is no lot yet, as if asked before',
  'freeze_order_v3: SELECT id, revoked_at INTO v_lot, v_revoked FROM quota_lots WHERE id = v_lot FOR UPDATE; · FOR UPDATE → nothing':
    ACCOUNT_FIRST,
  'set_order_freeze_v1: SELECT merchant_id, channel INTO v_merchant, v_channel FROM orders WHERE id = p_order_id FOR UPDATE; · FOR UPDATE → nothing':
    'refunds and lots change under the account’s lock, which is taken next: read before that, it is as if asked before',
  "set_order_freeze_v1: FROM quota_lots WHERE merchant_id = v_merchant AND source_key = CONCAT('pay:', v_channel, ':', p_order_id) FOR UPDATE; · FOR UPDATE → nothing":
    ACCOUNT_FIRST,
  "set_order_freeze_v1: FROM quota_lots WHERE merchant_id = v_merchant AND source_key = CONCAT('pay:', v_channel, ':', p_order_id) FOR UPDATE; · merchant_id = v_merchant → TRUE":
    ONE_KEY,
  "grant_credits_v1: SELECT id INTO v_lot FROM quota_lots WHERE source_key = CONCAT('grant:', v_seq) AND merchant_id = p_merchant_id; · AND merchant_id = p_merchant_id → nothing":
    ONE_KEY,
  "revoke_credits_v1: WHERE own.source_key = CONCAT('revoke:', v_seq) AND own.merchant_id = v_account AND e.merchant_id = v_account; · AND own.merchant_id = v_account → nothing":
    ONE_KEY,
  "revoke_credits_v1: WHERE own.source_key = CONCAT('revoke:', v_seq) AND own.merchant_id = v_account AND e.merchant_id = v_account; · AND e.merchant_id = v_account → nothing":
    'all entries of a lot are of the merchant whose lot it is',
  'fulfil_invoice_v1: SELECT id INTO v_order FROM orders WHERE id = p_order_id FOR UPDATE; · FOR UPDATE → nothing':
    'two that end one request meet the lock of its row, and a refund that comes meanwhile is as one that comes after',
  'fulfil_invoice_v1: SELECT state INTO v_state FROM invoice_requests WHERE order_id = v_order FOR UPDATE; · FOR UPDATE → nothing':
    'whoever ends a request holds its order, which is locked before',
  'redeem_code_v2: IF v_account IS NOT NULL AND v_hash IS NULL THEN · AND v_hash IS NULL → nothing':
    'a key that is known decides the answer: the code is read and locked for nothing',
  "settle_commission_v2: WHERE source_key >= CONCAT('referral:', v_id, ':') AND source_key < CONCAT('referral:', v_id, ':~') · >= → >":
    NO_SUCH_KEY,
  "settle_commission_v2: WHERE source_key >= CONCAT('referral:', v_id, ':') AND source_key < CONCAT('referral:', v_id, ':~') · < → <=":
    NO_SUCH_KEY,
  "settle_commission_v2: WHEN v_closed IS NOT NULL AND v_unit = 'credits' AND v_amount - v_reversed < v_kept THEN 'unchanged' · < → <=":
    'where the two are equal there is nothing to change either way',
  'settle_commission_v2: SELECT owed_credits INTO v_owed FROM referral_accounts WHERE merchant_id = v_account FOR UPDATE; · FOR UPDATE → nothing':
    REFERRAL_BY_ACCOUNT,
  'settle_commission_v2: FROM referral_commissions WHERE order_id = p_order_id AND merchant_id = v_account FOR UPDATE; · FOR UPDATE → nothing':
    'beside whoever holds the account it is only put off, for a minute after a failed booking: read before that, it is as if booked before',
  'delete_account_v2: DECLARE open_tasks CURSOR FOR SELECT id FROM tasks WHERE merchant_id = p_merchant_id AND ended_at IS NULL ORDER BY id; · AND ended_at IS NULL → nothing':
    'each is looked at again under its lock, and one that has ended is passed over',
  'delete_account_v2: WHERE merchant_id = p_merchant_id AND revoked_at IS NULL AND expires_at > p_now ORDER BY expires_at, id; · ORDER BY expires_at → ORDER BY expires_at DESC':
    'every live lot is taken out of reach, whichever is first',
  'request_withdrawal_v1: SELECT merchant_id INTO v_account FROM accounts WHERE merchant_id = p_merchant_id AND closed_at IS NULL FOR UPDATE; · FOR UPDATE → nothing':
    'two that ask at once meet the lock of the balance, and one beside the deletion of its account is as one before it',
  'request_withdrawal_v1: SELECT balance_fen INTO v_balance FROM referral_accounts WHERE merchant_id = v_account FOR UPDATE; · FOR UPDATE → nothing':
    REFERRAL_BY_ACCOUNT,
  'request_withdrawal_v1: SELECT id INTO v_open FROM withdrawals WHERE merchant_id = v_account AND open_of = v_account; · merchant_id = v_account → TRUE':
    'who waits stands in open_of, and is the merchant',
  'settle_commission_v2: AND merchant_id = p_merchant_id AND remaining > 0 · AND merchant_id = p_merchant_id → nothing':
    ONE_KEY,
  'settle_commission_v2: ELSEIF v_move > 0 THEN · > → >=': NOTHING_MOVES,
  'settle_commission_v2: ELSEIF v_move < 0 THEN · < → <=': NOTHING_MOVES,
  "settle_commission_v2: SET v_kind = CASE WHEN v_outcome = 'released' THEN 'release' WHEN v_move < 0 THEN 'reverse' ELSE 'restore' END; · < → <=":
    NOTHING_MOVES,
  'settle_commission_v2: UPDATE referral_commissions SET seen = p_changes WHERE id = v_id AND seen < p_changes; · < → <=':
    'what is written is what stands there',
  'expire_lot_v1: WHERE id = p_lot_id AND merchant_id = v_account AND expires_at <= p_now AND revoked_at IS NULL FOR UPDATE; · FOR UPDATE → nothing':
    ACCOUNT_FIRST,
  'revoke_credits_v1: WHERE id = p_lot_id AND merchant_id = v_account AND revoked_at IS NULL AND expires_at > p_now FOR UPDATE; · FOR UPDATE → nothing':
    ACCOUNT_FIRST,
  'refuse_input_v1: SELECT state INTO v_state FROM tasks WHERE id = p_task_id FOR UPDATE; · FOR UPDATE → nothing':
    TASK_BY_ACCOUNT,
  'claim_unit_v3: FROM tasks WHERE id = p_task_id FOR UPDATE; · FOR UPDATE → nothing': TASK_BY_UNIT,
  'claim_unit_v3: FROM task_units WHERE task_id = p_task_id AND step = p_step AND unit = p_unit FOR UPDATE; · FOR UPDATE → nothing':
    SAME_LOCK,
  'finish_unit_v2: FROM task_units WHERE task_id = p_task_id AND step = p_step AND unit = p_unit FOR UPDATE; · FOR UPDATE → nothing':
    SAME_LOCK,
  'fail_unit_v2: SELECT merchant_id INTO v_merchant FROM tasks WHERE id = p_task_id FOR UPDATE; · FOR UPDATE → nothing':
    TASK_BY_ACCOUNT,
  'fail_unit_v2: FROM task_units WHERE task_id = p_task_id AND step = p_step AND unit = p_unit FOR UPDATE; · FOR UPDATE → nothing':
    SAME_LOCK,
};

/** What is wrong: a survivor without a reason, a reason for a mutant that was noticed or is no more. */
export function explainedSurvivors(
  survivors: readonly string[],
  tried: readonly string[],
  procedures: ReadonlySet<string>,
  explained = EXPLAINED,
): string[] {
  return [
    ...survivors.filter((name) => !(name in explained)).map((name) => `nobody noticed: ${name}`),
    ...Object.keys(explained)
      .filter((name) => !survivors.includes(name) && procedures.has(name.split(':', 1)[0] ?? ''))
      .map((name) => `explained for nothing: ${name}${tried.includes(name) ? ' was noticed' : ' is no mutant'}`),
  ];
}
