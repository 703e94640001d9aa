-- An operator ends a task that has not ended: it fails, as by our failure, and its credits return; with its audit row, once a key.
-- outcome: ended | replayed | conflict | unknown | over
CREATE PROCEDURE stop_task_v1(
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_reason VARCHAR(80) CHARACTER SET utf8mb4,
  IN p_fresh_expires_at DATETIME(3),
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_seq BIGINT UNSIGNED;
  DECLARE v_merchant VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_noted, v_state, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_credits INT;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  SELECT merchant_id, credits INTO v_merchant, v_credits FROM tasks WHERE id = p_task_id;
  START TRANSACTION;
  CALL note_write_v1(p_operator_id, 'end-task', p_task_id, p_reason,
    CONCAT('{"merchantId":"', COALESCE(v_merchant, ''), '","credits":', COALESCE(v_credits, 0), '}'),
    p_idempotency_key, p_request_hash, p_request_id, p_now, v_seq, v_noted);
  SELECT merchant_id INTO v_merchant FROM accounts WHERE merchant_id = v_merchant FOR UPDATE;
  SELECT state INTO v_state FROM tasks WHERE id = p_task_id FOR UPDATE;
  SET v_outcome = CASE
    WHEN v_noted <> 'noted' THEN v_noted
    WHEN v_state IS NULL THEN 'unknown'
    WHEN v_state NOT IN ('awaiting_upload', 'queued', 'processing') THEN 'over'
    ELSE 'ended' END;
  IF v_outcome <> 'ended' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome, v_credits AS credits;
    LEAVE main;
  END IF;
  CALL end_task_v1(v_merchant, p_task_id, 'failed', 'ENDED_BY_OPERATOR', 1, p_now, p_fresh_expires_at);
  COMMIT;
  SELECT v_outcome AS outcome, v_credits AS credits;
END
