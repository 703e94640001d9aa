-- A code of an operator's authenticator was right: no other code up to its half minute counts again, and the session may do for
-- a while what asks for one. p_pending: the secret that it confirms; NULL: it is of the secret in use.
-- outcome: used | replayed | conflict | spent | no_secret
CREATE PROCEDURE use_totp_v1(
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_session_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_action VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_pending VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_counter BIGINT UNSIGNED,
  IN p_expires_at DATETIME(3),
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_seq, v_last BIGINT UNSIGNED;
  DECLARE v_noted, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_sealed, v_pending VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_expires DATETIME(3);
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  CALL note_write_v1(p_merchant_id, p_action, p_merchant_id, '', '{}', p_idempotency_key, p_request_hash, p_request_id, p_now,
    v_seq, v_noted);
  SELECT sealed, pending_sealed, last_counter INTO v_sealed, v_pending, v_last
  FROM operator_totps WHERE merchant_id = p_merchant_id FOR UPDATE;
  SELECT expires_at INTO v_expires FROM operator_step_ups WHERE session_id = p_session_id AND merchant_id = p_merchant_id;
  SET v_outcome = CASE
    WHEN v_noted <> 'noted' THEN v_noted
    WHEN p_pending IS NULL AND v_sealed IS NULL THEN 'no_secret'
    WHEN p_pending IS NOT NULL AND NOT (v_pending <=> p_pending) THEN 'no_secret'
    WHEN v_last >= p_counter THEN 'spent'
    ELSE 'used' END;
  IF v_outcome <> 'used' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome, v_expires AS expires_at;
    LEAVE main;
  END IF;
  UPDATE operator_totps
  SET last_counter = p_counter, sealed = COALESCE(p_pending, sealed), pending_sealed = IF(p_pending IS NULL, pending_sealed, NULL),
    confirmed_at = IF(p_pending IS NULL, confirmed_at, p_now)
  WHERE merchant_id = p_merchant_id;
  INSERT INTO operator_step_ups (merchant_id, session_id, expires_at) VALUES (p_merchant_id, p_session_id, p_expires_at)
  ON DUPLICATE KEY UPDATE expires_at = p_expires_at;
  COMMIT;
  SELECT v_outcome AS outcome, p_expires_at AS expires_at;
END
