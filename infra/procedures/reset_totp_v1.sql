-- Forgets an operator's authenticator and what it has allowed; the audit row stands with it or not at all.
-- outcome: reset | not_enrolled | unknown_phone
CREATE PROCEDURE reset_totp_v1(
  IN p_phone VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_actor VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
BEGIN
  DECLARE v_merchant, v_enrolled VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  SELECT id INTO v_merchant FROM merchants WHERE phone = p_phone;
  SELECT merchant_id INTO v_enrolled FROM operator_totps WHERE merchant_id = v_merchant FOR UPDATE;
  SET v_outcome = CASE WHEN v_merchant IS NULL THEN 'unknown_phone' WHEN v_enrolled IS NULL THEN 'not_enrolled' ELSE 'reset' END;
  IF v_outcome = 'reset' THEN
    DELETE FROM operator_totps WHERE merchant_id = v_merchant;
    UPDATE operator_step_ups SET expires_at = p_now WHERE merchant_id = v_merchant AND expires_at > p_now;
    INSERT INTO audit_log (actor, action, target, reason, details_json, request_id, created_at)
    VALUES (p_actor, 'reset-totp', v_merchant, '', '{}', p_request_id, p_now);
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome;
END
