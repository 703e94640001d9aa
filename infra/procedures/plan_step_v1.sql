-- Inner: plans the units of a step as the task's own plan says, inside the caller's transaction, which holds the task
-- row. Units that are there already (a repeated task begins with those that were done) stay as they are.
CREATE PROCEDURE plan_step_v1(
  IN p_task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_step TINYINT UNSIGNED,
  IN p_plan TEXT CHARACTER SET utf8mb4,
  IN p_now DATETIME(3),
  IN p_unit_sweep_at DATETIME(3)
)
BEGIN
  DECLARE v_unit INT DEFAULT 0;
  DECLARE v_units INT DEFAULT JSON_EXTRACT(p_plan, CONCAT('$[', p_step, '].units'));
  DECLARE v_attempts INT DEFAULT JSON_EXTRACT(p_plan, CONCAT('$[', p_step, '].attempts'));
  DECLARE v_limit INT DEFAULT JSON_EXTRACT(p_plan, CONCAT('$[', p_step, '].timeLimitSeconds'));

  WHILE v_unit < v_units DO
    INSERT INTO task_units (task_id, step, unit, merchant_id, state, max_attempts, time_limit_s, next_at, sweep_at)
    SELECT p_task_id, p_step, v_unit, p_merchant_id, 'waiting', v_attempts, v_limit, p_now, p_unit_sweep_at FROM DUAL
    WHERE NOT EXISTS (SELECT 1 FROM task_units WHERE task_id = p_task_id AND step = p_step AND unit = v_unit);
    SET v_unit = v_unit + 1;
  END WHILE;
END
