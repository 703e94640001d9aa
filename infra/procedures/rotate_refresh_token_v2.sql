-- Exchanges a refresh token for the next one. A token that was exchanged before is in two hands: its whole session ends. Unless it comes
-- from the hand that it was exchanged by, which did not get the answer: under the same renewal key, soon after, while the next token
-- (the same one: token and key decide it) was not used. Then the answer is given again and nothing changes.
-- outcome: rotated | repeated | unknown | expired | revoked | reused
CREATE PROCEDURE rotate_refresh_token_v2(
  IN p_token_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_next_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_renewal_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3),
  IN p_expires_at DATETIME(3),
  IN p_repeatable_since DATETIME(3)
)
BEGIN
  DECLARE v_session, v_merchant VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_renewal CHAR(64) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_expires, v_used, v_revoked, v_next_expires DATETIME(3);
  DECLARE v_state, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  SELECT session_id, merchant_id, expires_at, used_at, renewal_hash
  INTO v_session, v_merchant, v_expires, v_used, v_renewal
  FROM refresh_tokens WHERE token_hash = p_token_hash FOR UPDATE;
  SELECT s.revoked_at, m.state INTO v_revoked, v_state
  FROM sessions s JOIN merchants m ON m.id = s.merchant_id WHERE s.id = v_session;
  IF v_used > p_repeatable_since AND v_renewal = p_renewal_hash THEN
    SELECT expires_at INTO v_next_expires FROM refresh_tokens
    WHERE token_hash = p_next_hash AND session_id = v_session AND used_at IS NULL FOR UPDATE;
  END IF;
  SET v_outcome = CASE
    WHEN v_session IS NULL THEN 'unknown'
    WHEN v_revoked IS NOT NULL OR NOT (v_state <=> 'active') THEN 'revoked'
    WHEN v_next_expires IS NOT NULL THEN 'repeated'
    WHEN v_used IS NOT NULL THEN 'reused'
    WHEN v_expires <= p_now THEN 'expired'
    ELSE 'rotated' END;
  IF v_outcome = 'reused' THEN
    UPDATE sessions SET revoked_at = p_now WHERE id = v_session;
  ELSEIF v_outcome = 'rotated' THEN
    UPDATE refresh_tokens SET used_at = p_now, renewal_hash = p_renewal_hash WHERE token_hash = p_token_hash;
    INSERT INTO refresh_tokens (token_hash, session_id, merchant_id, issued_at, expires_at)
    VALUES (p_next_hash, v_session, v_merchant, p_now, p_expires_at);
    UPDATE sessions SET last_used_at = p_now, expires_at = p_expires_at WHERE id = v_session;
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome, v_session AS session_id, v_merchant AS merchant_id,
    COALESCE(v_next_expires, p_expires_at) AS expires_at;
END
