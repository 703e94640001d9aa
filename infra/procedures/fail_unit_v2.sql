-- A unit's attempt failed, reported under its lease: it waits for its next attempt (p_retry_at, while attempts are
-- left), or the task fails and is refunded; where the plan gives the step's units shares, that unit alone fails, and the
-- task goes on with the others.
-- outcome: waiting | failed | unit_failed | step_planned | succeeded | lost
CREATE PROCEDURE fail_unit_v2(
  IN p_task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_step TINYINT UNSIGNED,
  IN p_unit TINYINT UNSIGNED,
  IN p_lease_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_error_code VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_ours TINYINT,
  IN p_retry_at DATETIME(3),
  IN p_now DATETIME(3),
  IN p_unit_sweep_at DATETIME(3),
  IN p_fresh_expires_at DATETIME(3)
)
main: BEGIN
  DECLARE v_merchant, v_lease VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_state, v_ended VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_attempts, v_max INT;
  DECLARE v_plan TEXT CHARACTER SET utf8mb4;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  SELECT merchant_id, pipeline_json INTO v_merchant, v_plan FROM tasks WHERE id = p_task_id;
  START TRANSACTION;
  SELECT merchant_id INTO v_merchant FROM accounts WHERE merchant_id = v_merchant FOR UPDATE;
  SELECT merchant_id INTO v_merchant FROM tasks WHERE id = p_task_id FOR UPDATE;
  SELECT state, lease_id, attempts, max_attempts INTO v_state, v_lease, v_attempts, v_max
  FROM task_units WHERE task_id = p_task_id AND step = p_step AND unit = p_unit FOR UPDATE;
  IF v_state IS NULL OR v_state <> 'leased' OR v_lease <> p_lease_id THEN
    ROLLBACK;
    SELECT 'lost' AS outcome;
    LEAVE main;
  END IF;

  IF p_retry_at IS NOT NULL AND v_attempts < v_max THEN
    UPDATE task_units SET state = 'waiting', lease_ends_at = NULL, next_at = p_retry_at, sweep_at = p_retry_at,
      error_code = p_error_code
    WHERE task_id = p_task_id AND step = p_step AND unit = p_unit;
    SET v_ended = 'waiting';
  ELSEIF JSON_EXTRACT(v_plan, CONCAT('$[', p_step, '].shareCredits')) IS NOT NULL THEN
    UPDATE task_units SET state = 'failed', lease_ends_at = NULL, sweep_at = NULL, error_code = p_error_code
    WHERE task_id = p_task_id AND step = p_step AND unit = p_unit;
    CALL complete_step_v1(p_task_id, v_merchant, p_step, v_plan, p_error_code, p_ours, p_now, p_unit_sweep_at,
      p_fresh_expires_at, v_ended);
  ELSE
    CALL end_task_v1(v_merchant, p_task_id, 'failed', p_error_code, p_ours, p_now, p_fresh_expires_at);
    SET v_ended = 'failed';
  END IF;
  COMMIT;
  SELECT IF(v_ended = 'unit_ended', 'unit_failed', v_ended) AS outcome;
END
