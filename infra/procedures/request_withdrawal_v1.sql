-- A merchant asks for commission to be paid out: the amount leaves the balance at once, so that it is asked for once. One at a time.
-- outcome: requested | replayed | conflict | no_account | below_least | open | short
CREATE PROCEDURE request_withdrawal_v1(
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_withdrawal_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_amount_fen INT,
  IN p_method VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_payee_sealed VARCHAR(1024) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_payee_masked VARCHAR(64) CHARACTER SET utf8mb4,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_account, v_known, v_open VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_balance, v_least INT DEFAULT 0;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  SELECT merchant_id INTO v_account FROM accounts WHERE merchant_id = p_merchant_id AND closed_at IS NULL FOR UPDATE;
  SELECT balance_fen INTO v_balance FROM referral_accounts WHERE merchant_id = v_account FOR UPDATE;
  SELECT id, request_hash INTO v_known, v_hash
  FROM withdrawals WHERE merchant_id = v_account AND idempotency_key = p_idempotency_key;
  SELECT id INTO v_open FROM withdrawals WHERE merchant_id = v_account AND open_of = v_account;
  SELECT least_withdrawal_fen INTO v_least FROM growth_settings WHERE id = 1;
  SET v_outcome = CASE
    WHEN v_account IS NULL THEN 'no_account'
    WHEN v_known IS NOT NULL THEN IF(v_hash = p_request_hash, 'replayed', 'conflict')
    WHEN v_open IS NOT NULL THEN 'open'
    WHEN p_amount_fen < v_least THEN 'below_least'
    WHEN v_balance < p_amount_fen THEN 'short'
    ELSE 'requested' END;
  IF v_outcome <> 'requested' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome, v_known AS withdrawal_id, v_least AS least_fen;
    LEAVE main;
  END IF;

  INSERT INTO withdrawals (id, merchant_id, state, amount_fen, method, payee_sealed, payee_masked, idempotency_key, request_hash, created_at,
    open_of)
  VALUES (p_withdrawal_id, v_account, 'requested', p_amount_fen, p_method, p_payee_sealed, p_payee_masked, p_idempotency_key,
    p_request_hash, p_now, v_account);
  UPDATE referral_accounts SET balance_fen = balance_fen - p_amount_fen WHERE merchant_id = v_account;
  INSERT INTO referral_entries (merchant_id, kind, unit, amount, withdrawal_id, source_key, created_at)
  VALUES (v_account, 'withdraw', 'fen', -p_amount_fen, p_withdrawal_id, CONCAT('withdraw:', p_withdrawal_id), p_now);
  COMMIT;
  SELECT v_outcome AS outcome, p_withdrawal_id AS withdrawal_id, v_least AS least_fen;
END
