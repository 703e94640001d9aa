-- One input has arrived and was checked: its ETag is what every later read must match. With the last one the task is
-- queued and the units of its step (the first, or where a repeated task goes on) are planned.
-- outcome: queued | waiting (for more inputs) | ignored (the task is past this) | unknown
CREATE PROCEDURE accept_input_v2(
  IN p_task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_n TINYINT UNSIGNED,
  IN p_etag VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_width INT UNSIGNED,
  IN p_height INT UNSIGNED,
  IN p_now DATETIME(3),
  IN p_deadline_at DATETIME(3),
  IN p_unit_sweep_at DATETIME(3)
)
main: BEGIN
  DECLARE v_merchant VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_missing, v_step INT;
  DECLARE v_plan TEXT CHARACTER SET utf8mb4;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  SELECT merchant_id, state, step, pipeline_json INTO v_merchant, v_state, v_step, v_plan
  FROM tasks WHERE id = p_task_id FOR UPDATE;
  IF v_state IS NULL OR v_state <> 'awaiting_upload' THEN
    ROLLBACK;
    SELECT IF(v_state IS NULL, 'unknown', 'ignored') AS outcome, v_state AS state;
    LEAVE main;
  END IF;

  UPDATE task_inputs SET etag = p_etag, width = p_width, height = p_height, received_at = p_now
  WHERE task_id = p_task_id AND n = p_n AND etag IS NULL;
  SELECT COUNT(*) INTO v_missing FROM task_inputs WHERE task_id = p_task_id AND etag IS NULL;
  IF v_missing = 0 THEN
    UPDATE tasks SET state = 'queued', queued_at = p_now, deadline_at = p_deadline_at, sweep_at = p_deadline_at
    WHERE id = p_task_id;
    CALL plan_step_v1(p_task_id, v_merchant, v_step, v_plan, p_now, p_unit_sweep_at);
  END IF;
  COMMIT;
  SELECT IF(v_missing = 0, 'queued', 'waiting') AS outcome, v_state AS state;
END
