-- The sweeper's: a lease has run out, so its worker is gone. The unit waits again, or, without attempts left, it is with
-- the task as when an attempt fails for good.
-- outcome: waiting | failed | unit_failed | step_planned | succeeded | not_due
CREATE PROCEDURE expire_lease_v2(
  IN p_task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_step TINYINT UNSIGNED,
  IN p_unit TINYINT UNSIGNED,
  IN p_now DATETIME(3),
  IN p_unit_sweep_at DATETIME(3),
  IN p_fresh_expires_at DATETIME(3)
)
main: BEGIN
  DECLARE v_merchant VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_state, v_ended VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_attempts, v_max INT;
  DECLARE v_lease_ends DATETIME(3);
  DECLARE v_plan TEXT CHARACTER SET utf8mb4;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  SELECT merchant_id, pipeline_json INTO v_merchant, v_plan FROM tasks WHERE id = p_task_id;
  START TRANSACTION;
  SELECT merchant_id INTO v_merchant FROM accounts WHERE merchant_id = v_merchant FOR UPDATE;
  SELECT merchant_id INTO v_merchant FROM tasks WHERE id = p_task_id FOR UPDATE;
  SELECT state, attempts, max_attempts, lease_ends_at INTO v_state, v_attempts, v_max, v_lease_ends
  FROM task_units WHERE task_id = p_task_id AND step = p_step AND unit = p_unit FOR UPDATE;
  IF v_state IS NULL OR v_state <> 'leased' OR v_lease_ends > p_now THEN
    ROLLBACK;
    SELECT 'not_due' AS outcome;
    LEAVE main;
  END IF;

  IF v_attempts < v_max THEN
    UPDATE task_units SET state = 'waiting', lease_ends_at = NULL, next_at = p_now, sweep_at = p_now
    WHERE task_id = p_task_id AND step = p_step AND unit = p_unit;
    SET v_ended = 'waiting';
  ELSEIF JSON_EXTRACT(v_plan, CONCAT('$[', p_step, '].shareCredits')) IS NOT NULL THEN
    UPDATE task_units SET state = 'failed', lease_ends_at = NULL, sweep_at = NULL, error_code = 'PROCESSING_TIMEOUT'
    WHERE task_id = p_task_id AND step = p_step AND unit = p_unit;
    CALL complete_step_v1(p_task_id, v_merchant, p_step, v_plan, 'PROCESSING_TIMEOUT', 1, p_now, p_unit_sweep_at,
      p_fresh_expires_at, v_ended);
  ELSE
    CALL end_task_v1(v_merchant, p_task_id, 'failed', 'PROCESSING_TIMEOUT', 1, p_now, p_fresh_expires_at);
    SET v_ended = 'failed';
  END IF;
  COMMIT;
  SELECT IF(v_ended = 'unit_ended', 'unit_failed', v_ended) AS outcome;
END
