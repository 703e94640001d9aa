-- Inner: the one row of the audit log that a write leaves, inside the caller's transaction and before it does anything else: a
-- refusal rolls it back, and whoever comes with the same key waits here and is told that it was done ('replayed'), or that the
-- key stands for something else ('conflict').
CREATE PROCEDURE note_write_v1(
  IN p_actor VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_action VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_target VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_reason VARCHAR(200) CHARACTER SET utf8mb4,
  IN p_details TEXT CHARACTER SET utf8mb4,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3),
  OUT p_seq BIGINT UNSIGNED,
  OUT p_noted VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin
)
BEGIN
  DECLARE v_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE CONTINUE HANDLER FOR 1062 SET p_noted = 'replayed';
  SET p_noted = 'noted';
  INSERT INTO audit_log (actor, action, target, reason, details_json, request_id, created_at, idempotency_key, request_hash)
  VALUES (p_actor, p_action, p_target, p_reason, p_details, p_request_id, p_now, p_idempotency_key, p_request_hash);
  SET p_seq = LAST_INSERT_ID();
  IF p_noted = 'replayed' THEN
    SELECT seq, request_hash INTO p_seq, v_hash FROM audit_log WHERE actor = p_actor AND idempotency_key = p_idempotency_key;
    SET p_noted = IF(v_hash = p_request_hash, 'replayed', 'conflict');
  END IF;
END
