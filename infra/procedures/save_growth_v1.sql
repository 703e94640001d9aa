-- An operator decides what referral and welcome credits give from now on, over the save that was seen (NULL: as it was delivered); with its audit
-- row, once a key.
-- outcome: saved | replayed | conflict | changed
CREATE PROCEDURE save_growth_v1(
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_base_saved_at DATETIME(3),
  IN p_referral_on TINYINT,
  IN p_commission_bp INT,
  IN p_commission_unit VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_credit_days INT,
  IN p_least_withdrawal_fen INT,
  IN p_welcome_on TINYINT,
  IN p_welcome_credits INT,
  IN p_welcome_days INT,
  IN p_details TEXT CHARACTER SET utf8mb4,
  IN p_reason VARCHAR(80) CHARACTER SET utf8mb4,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_seq BIGINT UNSIGNED;
  DECLARE v_noted, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_saved_at DATETIME(3);
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  CALL note_write_v1(p_operator_id, 'save-growth', 'growth', p_reason, p_details,
    p_idempotency_key, p_request_hash, p_request_id, p_now, v_seq, v_noted);
  SELECT saved_at INTO v_saved_at FROM growth_settings WHERE id = 1 FOR UPDATE;
  SET v_outcome = CASE
    WHEN v_noted <> 'noted' THEN v_noted
    WHEN NOT (v_saved_at <=> p_base_saved_at) THEN 'changed'
    ELSE 'saved' END;
  IF v_outcome <> 'saved' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome;
    LEAVE main;
  END IF;
  -- Of two saves the later one has the later moment, whatever the clocks of those who save say.
  REPLACE INTO growth_settings (id, referral_on, commission_bp, commission_unit, credit_days, least_withdrawal_fen, welcome_on,
    welcome_credits, welcome_days, saved_by, saved_at)
  VALUES (1, p_referral_on, p_commission_bp, p_commission_unit, p_credit_days, p_least_withdrawal_fen, p_welcome_on, p_welcome_credits,
    p_welcome_days, p_operator_id, COALESCE(GREATEST(p_now, v_saved_at + INTERVAL 1000 MICROSECOND), p_now));
  COMMIT;
  SELECT v_outcome AS outcome;
END
