-- One input has arrived and was checked: its ETag is what every later read must match. With the last one the task is
-- queued and the units of its first step are planned.
-- outcome: queued | waiting (for more inputs) | ignored (the task is past this) | unknown
CREATE PROCEDURE accept_input_v1(
  IN p_task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_n TINYINT UNSIGNED,
  IN p_etag VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_width INT UNSIGNED,
  IN p_height INT UNSIGNED,
  IN p_units TINYINT UNSIGNED,
  IN p_max_attempts TINYINT UNSIGNED,
  IN p_time_limit_s SMALLINT UNSIGNED,
  IN p_now DATETIME(3),
  IN p_deadline_at DATETIME(3),
  IN p_unit_sweep_at DATETIME(3)
)
main: BEGIN
  DECLARE v_merchant VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_missing INT;
  DECLARE v_unit INT DEFAULT 0;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  SELECT merchant_id, state INTO v_merchant, v_state FROM tasks WHERE id = p_task_id FOR UPDATE;
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
    WHILE v_unit < p_units DO
      INSERT INTO task_units (task_id, step, unit, merchant_id, state, max_attempts, time_limit_s, next_at, sweep_at)
      VALUES (p_task_id, 0, v_unit, v_merchant, 'waiting', p_max_attempts, p_time_limit_s, p_now, p_unit_sweep_at);
      SET v_unit = v_unit + 1;
    END WHILE;
  END IF;
  COMMIT;
  SELECT IF(v_missing = 0, 'queued', 'waiting') AS outcome, v_state AS state;
END
