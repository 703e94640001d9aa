-- A new secret for an operator's authenticator, not in use before a code of it has been seen. A first one is given to a session
-- that began lately, by SMS; another one only to a session that has shown a code of the old.
-- outcome: begun | replayed | conflict | stale_session | step_up_required
CREATE PROCEDURE begin_totp_v1(
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_session_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_sealed VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_session_since DATETIME(3),
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_seq BIGINT UNSIGNED;
  DECLARE v_noted, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_sealed, v_pending VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_began, v_stepped_up DATETIME(3);
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  CALL note_write_v1(p_merchant_id, 'enrol-totp', p_merchant_id, '', '{}', p_idempotency_key, p_request_hash, p_request_id, p_now,
    v_seq, v_noted);
  SELECT sealed, pending_sealed INTO v_sealed, v_pending FROM operator_totps WHERE merchant_id = p_merchant_id FOR UPDATE;
  SELECT created_at INTO v_began FROM sessions
  WHERE id = p_session_id AND merchant_id = p_merchant_id AND revoked_at IS NULL;
  SELECT expires_at INTO v_stepped_up FROM operator_step_ups WHERE session_id = p_session_id AND merchant_id = p_merchant_id;
  SET v_outcome = CASE
    WHEN v_noted <> 'noted' THEN v_noted
    WHEN v_sealed IS NULL AND (v_began IS NULL OR v_began < p_session_since) THEN 'stale_session'
    WHEN v_sealed IS NOT NULL AND (v_stepped_up IS NULL OR v_stepped_up <= p_now) THEN 'step_up_required'
    ELSE 'begun' END;
  IF v_outcome <> 'begun' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome, v_pending AS pending;
    LEAVE main;
  END IF;
  INSERT INTO operator_totps (merchant_id, pending_sealed, created_at) VALUES (p_merchant_id, p_sealed, p_now)
  ON DUPLICATE KEY UPDATE pending_sealed = p_sealed;
  COMMIT;
  SELECT v_outcome AS outcome, p_sealed AS pending;
END
