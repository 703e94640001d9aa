-- Brings the commission of an order to what the order is: makes it, takes back the share of what goes back of the order, before or after it was
-- released, and releases it in its time. Touches the inviter alone: of the order, which is another merchant's, it is told what a reader saw, and at which
-- change; what was seen before is passed over, also where the newer look had nothing to change. So any number of calls, in any order, come to
-- the same.
-- void: the inviter has deleted the account, has paid as the same person, that person has paid for somebody else before, or it comes to nothing.
-- unchanged: also what would come back in credits to an inviter who has deleted the account: no lot is made that nobody can spend.
-- postponed: the order's credits are out of reach while somebody looks at it.
-- outcome: frozen | adjusted | released | postponed | void | unchanged | unknown
CREATE PROCEDURE settle_commission_v2(
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_order_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_changes INT UNSIGNED,
  IN p_paid_fen INT,
  IN p_refunded_fen INT,
  IN p_credits INT,
  IN p_access VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_settled_at DATETIME(3),
  IN p_payer_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_known_payer TINYINT,
  IN p_held TINYINT,
  IN p_commission_bp INT,
  IN p_unit VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_credit_days INT,
  IN p_commission_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_lot_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_account, v_id, v_lot, v_new_lot VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_state, v_refusal, v_outcome, v_kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_unit VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_days, v_turns, v_seen INT;
  DECLARE v_amount, v_reversed, v_kept, v_move, v_part, v_left, v_owed, v_remaining BIGINT DEFAULT 0;
  DECLARE v_own, v_due, v_done TINYINT DEFAULT 0;
  DECLARE v_closed, v_release DATETIME(3);
  DECLARE v_source VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin;
  -- Every lot that this commission became and that holds something: each restoring made another. A range, for LIKE takes the `_` of an id for any
  -- character. Not FOR UPDATE, which would lock beyond the range: whoever writes them holds the account.
  DECLARE own_lots CURSOR FOR
    SELECT id, source_key, remaining FROM quota_lots
    WHERE source_key >= CONCAT('referral:', v_id, ':') AND source_key < CONCAT('referral:', v_id, ':~')
      AND merchant_id = p_merchant_id AND remaining > 0
    ORDER BY source_key;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET v_done = 1;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  SELECT merchant_id, closed_at INTO v_account, v_closed FROM accounts WHERE merchant_id = p_merchant_id FOR UPDATE;
  SELECT owed_credits INTO v_owed FROM referral_accounts WHERE merchant_id = v_account FOR UPDATE;
  SELECT id, state, unit, amount, reversed, credit_days, turns, seen, release_at
  INTO v_id, v_state, v_unit, v_amount, v_reversed, v_days, v_turns, v_seen, v_release
  FROM referral_commissions WHERE order_id = p_order_id AND merchant_id = v_account FOR UPDATE;
  SELECT 1 INTO v_own FROM payments WHERE payer_hash = p_payer_hash AND merchant_id = v_account LIMIT 1;
  IF v_id IS NULL AND v_account IS NOT NULL THEN
    SET v_amount = FLOOR(IF(p_unit = 'fen', p_paid_fen, p_credits) * p_commission_bp / 10000);
    SET v_reversed = v_amount - FLOOR(v_amount * (p_paid_fen - p_refunded_fen) / p_paid_fen);
    SET v_refusal = CASE
      WHEN v_closed IS NOT NULL THEN 'closed'
      WHEN v_own = 1 THEN 'own_payer'
      WHEN p_known_payer = 1 THEN 'known_payer'
      WHEN v_amount = 0 THEN 'nothing' END;
    SET v_outcome = IF(v_refusal IS NULL, 'frozen', 'void');
    INSERT INTO referral_commissions (id, merchant_id, order_id, state, unit, commission_bp, amount, reversed, refusal, credit_days, seen,
      created_at, release_at, ended_at)
    VALUES (p_commission_id, v_account, p_order_id, v_outcome, p_unit, p_commission_bp, v_amount, v_reversed, v_refusal, p_credit_days,
      p_changes, p_now, IF(v_refusal IS NULL, p_settled_at + INTERVAL 7 DAY, NULL), IF(v_refusal IS NULL, NULL, p_now));
    COMMIT;
    SELECT v_outcome AS outcome;
    LEAVE main;
  END IF;

  SET v_kept = FLOOR(v_amount * (p_paid_fen - p_refunded_fen) / p_paid_fen);
  SET v_due = v_state = 'frozen' AND v_release <= p_now;
  SET v_refusal = CASE WHEN v_closed IS NOT NULL THEN 'closed' WHEN v_own = 1 THEN 'own_payer' END;
  SET v_outcome = CASE
    WHEN v_account IS NULL THEN 'unknown'
    WHEN v_state = 'void' OR p_changes < v_seen THEN 'unchanged'
    WHEN v_due = 1 AND v_refusal IS NOT NULL THEN 'void'
    WHEN v_due = 1 AND p_held = 1 THEN 'postponed'
    WHEN v_due = 1 THEN 'released'
    WHEN v_closed IS NOT NULL AND v_unit = 'credits' AND v_amount - v_reversed < v_kept THEN 'unchanged'
    WHEN v_amount - v_reversed <> v_kept THEN 'adjusted'
    ELSE 'unchanged' END;
  IF v_outcome IN ('unknown', 'unchanged') THEN
    UPDATE referral_commissions SET seen = p_changes WHERE id = v_id AND seen < p_changes;
    COMMIT;
    SELECT v_outcome AS outcome;
    LEAVE main;
  END IF;

  SET v_move = CASE
    WHEN v_outcome = 'released' THEN v_kept
    WHEN v_outcome = 'adjusted' AND v_state = 'released' THEN v_kept - (v_amount - v_reversed)
    ELSE 0 END;
  SET v_kind = CASE WHEN v_outcome = 'released' THEN 'release' WHEN v_move < 0 THEN 'reverse' ELSE 'restore' END;
  SET v_turns = v_turns + 1;
  IF v_move <> 0 THEN
    INSERT INTO referral_entries (merchant_id, kind, unit, amount, commission_id, source_key, created_at)
    VALUES (v_account, v_kind, v_unit, v_move, v_id, CONCAT('commission:', v_id, ':', v_turns), p_now);
  END IF;
  IF v_move <> 0 AND v_unit = 'fen' THEN
    UPDATE referral_accounts SET balance_fen = balance_fen + v_move WHERE merchant_id = v_account;
  ELSEIF v_move > 0 THEN
    -- What is owed of one that was taken back after it was spent is set off first.
    SET v_part = LEAST(v_move, v_owed);
    UPDATE referral_accounts SET owed_credits = owed_credits - v_part WHERE merchant_id = v_account;
    IF v_move > v_part THEN
      SET v_new_lot = p_lot_id;
      INSERT INTO quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at)
      VALUES (p_lot_id, v_account, CONCAT('referral:', v_id, ':', v_turns), p_access, v_move - v_part, v_move - v_part, p_now,
        p_now + INTERVAL v_days DAY);
      INSERT INTO quota_entries (merchant_id, lot_id, kind, amount, source_key, created_at)
      VALUES (v_account, p_lot_id, 'grant', v_move - v_part, CONCAT('referral:', v_id, ':', v_turns), p_now);
    END IF;
  ELSEIF v_move < 0 THEN
    SET v_left = -v_move, v_done = 0;
    OPEN own_lots;
    taking: LOOP
      FETCH own_lots INTO v_lot, v_source, v_remaining;
      IF v_done = 1 OR v_left = 0 THEN LEAVE taking; END IF;
      SET v_part = LEAST(v_left, v_remaining), v_left = v_left - v_part;
      UPDATE quota_lots SET remaining = remaining - v_part WHERE id = v_lot;
      INSERT INTO quota_entries (merchant_id, lot_id, kind, amount, source_key, created_at)
      VALUES (v_account, v_lot, 'revoke', -v_part, CONCAT('revoke:', v_source, ':', v_turns), p_now);
    END LOOP;
    CLOSE own_lots;
    UPDATE referral_accounts SET owed_credits = owed_credits + v_left WHERE merchant_id = v_account;
  END IF;
  UPDATE referral_commissions
  SET state = IF(v_outcome IN ('released', 'void'), v_outcome, state), refusal = IF(v_outcome = 'void', v_refusal, refusal),
    reversed = v_amount - v_kept, lot_id = COALESCE(v_new_lot, lot_id), turns = v_turns, seen = p_changes,
    release_at = CASE
      WHEN v_outcome = 'postponed' THEN p_now + INTERVAL 1 DAY
      WHEN v_outcome = 'adjusted' THEN release_at END,
    ended_at = IF(v_outcome IN ('released', 'void'), p_now, ended_at)
  WHERE id = v_id;
  COMMIT;
  SELECT v_outcome AS outcome;
END
