-- Exchanges a refresh token for the next one. A token that was exchanged before is in two hands: its whole session ends.
-- outcome: rotated | unknown | expired | revoked | reused
CREATE PROCEDURE rotate_refresh_token_v1(
  IN p_token_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_next_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3),
  IN p_expires_at DATETIME(3)
)
BEGIN
  DECLARE v_session, v_merchant VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_expires, v_used, v_revoked DATETIME(3);
  DECLARE v_state, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  SELECT session_id, merchant_id, expires_at, used_at INTO v_session, v_merchant, v_expires, v_used
  FROM refresh_tokens WHERE token_hash = p_token_hash FOR UPDATE;
  SELECT s.revoked_at, m.state INTO v_revoked, v_state
  FROM sessions s JOIN merchants m ON m.id = s.merchant_id WHERE s.id = v_session;
  SET v_outcome = CASE
    WHEN v_session IS NULL THEN 'unknown'
    WHEN v_revoked IS NOT NULL OR NOT (v_state <=> 'active') THEN 'revoked'
    WHEN v_used IS NOT NULL THEN 'reused'
    WHEN v_expires <= p_now THEN 'expired'
    ELSE 'rotated' END;
  IF v_outcome = 'reused' THEN
    UPDATE sessions SET revoked_at = p_now WHERE id = v_session;
  ELSEIF v_outcome = 'rotated' THEN
    UPDATE refresh_tokens SET used_at = p_now WHERE token_hash = p_token_hash;
    INSERT INTO refresh_tokens (token_hash, session_id, merchant_id, issued_at, expires_at)
    VALUES (p_next_hash, v_session, v_merchant, p_now, p_expires_at);
    UPDATE sessions SET last_used_at = p_now, expires_at = p_expires_at WHERE id = v_session;
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome, v_session AS session_id, v_merchant AS merchant_id;
END
