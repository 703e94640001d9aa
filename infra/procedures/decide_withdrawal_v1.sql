-- An operator approves a withdrawal, rejects it, or says that it was paid by hand, under which reference; with its audit row, once a key.
-- Rejected, the amount returns to the balance. short: a commission was taken back meanwhile and the balance is below nothing: what is asked for is
-- not there, and only rejecting it sets that off. That an approved one was paid is a fact, and is written whatever the balance, also when another
-- operator rejected it between the payment and its telling: the amount, which had returned, leaves the balance again.
-- outcome: done | replayed | conflict | unknown | over | short
CREATE PROCEDURE decide_withdrawal_v1(
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_withdrawal_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_reference VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_reason VARCHAR(80) CHARACTER SET utf8mb4,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_seq BIGINT UNSIGNED;
  DECLARE v_merchant, v_account VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_noted, v_state, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_amount, v_balance INT;
  DECLARE v_approved DATETIME(3);
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  -- Whose it is and how much never change.
  SELECT merchant_id, amount_fen INTO v_merchant, v_amount FROM withdrawals WHERE id = p_withdrawal_id;
  START TRANSACTION;
  CALL note_write_v1(p_operator_id, 'decide-withdrawal', p_withdrawal_id, p_reason,
    CONCAT('{"state":"', p_state, '","amountFen":', COALESCE(v_amount, 0), ',"reference":"', COALESCE(p_reference, ''), '"}'),
    p_idempotency_key, p_request_hash, p_request_id, p_now, v_seq, v_noted);
  SELECT merchant_id INTO v_account FROM accounts WHERE merchant_id = v_merchant FOR UPDATE;
  SELECT balance_fen INTO v_balance FROM referral_accounts WHERE merchant_id = v_account FOR UPDATE;
  SELECT state, approved_at INTO v_state, v_approved FROM withdrawals WHERE id = p_withdrawal_id FOR UPDATE;
  SET v_outcome = CASE
    WHEN v_noted <> 'noted' THEN v_noted
    WHEN v_state IS NULL THEN 'unknown'
    WHEN p_state = 'paid' THEN IF(v_state <> 'paid' AND v_approved IS NOT NULL, 'done', 'over')
    WHEN v_state IN ('rejected', 'paid') THEN 'over'
    WHEN p_state = 'approved' AND v_state = 'approved' THEN 'over'
    WHEN p_state = 'approved' AND v_balance < 0 THEN 'short'
    ELSE 'done' END;
  IF v_outcome <> 'done' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome;
    LEAVE main;
  END IF;
  UPDATE withdrawals
  SET state = p_state, reference = COALESCE(p_reference, reference), reason = p_reason,
    approved_at = IF(p_state = 'approved', p_now, approved_at), ended_at = IF(p_state = 'approved', NULL, p_now),
    open_of = IF(p_state = 'approved', open_of, NULL),
    -- Nobody was paid: nothing asks for keeping who it would have been.
    payee_sealed = IF(p_state = 'rejected', NULL, payee_sealed)
  WHERE id = p_withdrawal_id;
  IF p_state = 'rejected' THEN
    UPDATE referral_accounts SET balance_fen = balance_fen + v_amount WHERE merchant_id = v_account;
    INSERT INTO referral_entries (merchant_id, kind, unit, amount, withdrawal_id, source_key, created_at)
    VALUES (v_account, 'return', 'fen', v_amount, p_withdrawal_id, CONCAT('return:', p_withdrawal_id), p_now);
  ELSEIF v_state = 'rejected' THEN
    UPDATE referral_accounts SET balance_fen = balance_fen - v_amount WHERE merchant_id = v_account;
    INSERT INTO referral_entries (merchant_id, kind, unit, amount, withdrawal_id, source_key, created_at)
    VALUES (v_account, 'withdraw', 'fen', -v_amount, p_withdrawal_id, CONCAT('withdraw:', p_withdrawal_id, ':paid'), p_now);
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome;
END
