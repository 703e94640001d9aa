-- An input that cannot be used: the task fails and its credits return to their lots.
-- outcome: failed | ignored (the task is past this) | unknown
CREATE PROCEDURE refuse_input_v1(
  IN p_task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_error_code VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
BEGIN
  DECLARE v_merchant VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_state, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  SELECT merchant_id INTO v_merchant FROM tasks WHERE id = p_task_id;
  START TRANSACTION;
  SELECT merchant_id INTO v_merchant FROM accounts WHERE merchant_id = v_merchant FOR UPDATE;
  SELECT state INTO v_state FROM tasks WHERE id = p_task_id FOR UPDATE;
  SET v_outcome = CASE WHEN v_state IS NULL THEN 'unknown' WHEN v_state = 'awaiting_upload' THEN 'failed' ELSE 'ignored' END;
  IF v_outcome = 'failed' THEN
    CALL end_task_v1(v_merchant, p_task_id, 'failed', p_error_code, 0, p_now, p_now);
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome, v_state AS state;
END
