-- An operator decides what referral and welcome credits give from now on; with its audit row, once a key.
-- outcome: saved | replayed | conflict
CREATE PROCEDURE save_growth_v1(
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_referral_on TINYINT,
  IN p_commission_bp INT,
  IN p_commission_unit VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_credit_days INT,
  IN p_least_withdrawal_fen INT,
  IN p_welcome_on TINYINT,
  IN p_welcome_credits INT,
  IN p_welcome_days INT,
  IN p_reason VARCHAR(80) CHARACTER SET utf8mb4,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_seq BIGINT UNSIGNED;
  DECLARE v_noted VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  CALL note_write_v1(p_operator_id, 'save-growth', 'growth', p_reason,
    CONCAT('{"referralOn":', p_referral_on, ',"commissionBp":', p_commission_bp, ',"commissionUnit":"', p_commission_unit,
      '","creditDays":', p_credit_days, ',"leastWithdrawalFen":', p_least_withdrawal_fen, ',"welcomeOn":', p_welcome_on,
      ',"welcomeCredits":', p_welcome_credits, ',"welcomeDays":', p_welcome_days, '}'),
    p_idempotency_key, p_request_hash, p_request_id, p_now, v_seq, v_noted);
  IF v_noted <> 'noted' THEN
    ROLLBACK;
    SELECT v_noted AS outcome;
    LEAVE main;
  END IF;
  REPLACE INTO growth_settings (id, referral_on, commission_bp, commission_unit, credit_days, least_withdrawal_fen, welcome_on,
    welcome_credits, welcome_days, saved_by, saved_at)
  VALUES (1, p_referral_on, p_commission_bp, p_commission_unit, p_credit_days, p_least_withdrawal_fen, p_welcome_on, p_welcome_credits,
    p_welcome_days, p_operator_id, p_now);
  COMMIT;
  SELECT 'saved' AS outcome;
END
