-- Suspends a merchant, whose sessions end with it, or lets one back in; with its audit row, once a key.
-- Who has deleted the account is unknown: nobody brings it back.
-- outcome: done | replayed | conflict | unknown
CREATE PROCEDURE set_merchant_state_v2(
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_reason VARCHAR(80) CHARACTER SET utf8mb4,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_seq BIGINT UNSIGNED;
  DECLARE v_merchant VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_noted, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  CALL note_write_v1(p_operator_id, 'set-merchant-state', p_merchant_id, p_reason, CONCAT('{"state":"', p_state, '"}'),
    p_idempotency_key, p_request_hash, p_request_id, p_now, v_seq, v_noted);
  SELECT id INTO v_merchant FROM merchants WHERE id = p_merchant_id AND state <> 'deleted' FOR UPDATE;
  SET v_outcome = CASE
    WHEN v_noted <> 'noted' THEN v_noted
    WHEN v_merchant IS NULL THEN 'unknown'
    ELSE 'done' END;
  IF v_outcome <> 'done' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome;
    LEAVE main;
  END IF;
  UPDATE merchants SET state = p_state WHERE id = p_merchant_id;
  IF p_state = 'suspended' THEN
    UPDATE sessions SET revoked_at = p_now WHERE merchant_id = p_merchant_id AND revoked_at IS NULL;
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome;
END
