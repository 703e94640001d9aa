-- The sweeper's: ends a task whose state has outlived its deadline. A missing upload is nobody's failure, a queue or a
-- step that took too long is ours.
-- outcome: ended | not_due | unknown; state: the one before
CREATE PROCEDURE expire_task_v1(
  IN p_task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3),
  IN p_fresh_expires_at DATETIME(3)
)
BEGIN
  DECLARE v_merchant VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_state, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_deadline DATETIME(3);
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  SELECT merchant_id INTO v_merchant FROM tasks WHERE id = p_task_id;
  START TRANSACTION;
  SELECT merchant_id INTO v_merchant FROM accounts WHERE merchant_id = v_merchant FOR UPDATE;
  SELECT state, deadline_at INTO v_state, v_deadline FROM tasks WHERE id = p_task_id FOR UPDATE;
  SET v_outcome = CASE WHEN v_state IS NULL THEN 'unknown' WHEN v_deadline <= p_now THEN 'ended' ELSE 'not_due' END;
  IF v_outcome = 'ended' THEN
    CASE v_state
      WHEN 'awaiting_upload' THEN
        CALL end_task_v1(v_merchant, p_task_id, 'expired', 'UPLOAD_MISSING', 0, p_now, p_now);
      WHEN 'queued' THEN
        CALL end_task_v1(v_merchant, p_task_id, 'failed', 'QUEUE_TIMEOUT', 1, p_now, p_fresh_expires_at);
      WHEN 'processing' THEN
        CALL end_task_v1(v_merchant, p_task_id, 'failed', 'PROCESSING_TIMEOUT', 1, p_now, p_fresh_expires_at);
    END CASE;
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome, v_state AS state;
END
