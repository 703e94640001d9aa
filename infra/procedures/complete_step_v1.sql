-- Inner: a unit has ended, done or failed for good; does what follows from it, inside the caller's transaction, which
-- holds the task row, and the account row too where the plan has shares (or an attempt failed). While others of the step are
-- open: nothing. With the last one: the next step is planned, or the task has succeeded; nothing done at all: it fails
-- (p_error_code). A task that succeeded with outputs missing gives their shares back, once, here.
-- p_ended: unit_ended | step_planned | succeeded | failed
CREATE PROCEDURE complete_step_v1(
  IN p_task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_step TINYINT UNSIGNED,
  IN p_plan TEXT CHARACTER SET utf8mb4,
  IN p_error_code VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_ours TINYINT,
  IN p_now DATETIME(3),
  IN p_unit_sweep_at DATETIME(3),
  IN p_fresh_expires_at DATETIME(3),
  OUT p_ended VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin
)
BEGIN
  DECLARE v_open, v_done, v_share INT DEFAULT 0;
  DECLARE v_seconds INT DEFAULT JSON_EXTRACT(p_plan, CONCAT('$[', p_step + 1, '].attempts'))
    * (JSON_EXTRACT(p_plan, CONCAT('$[', p_step + 1, '].timeLimitSeconds')) + 180);

  SELECT COUNT(CASE WHEN state IN ('waiting', 'leased') THEN 1 END), COUNT(CASE WHEN state = 'done' THEN 1 END)
  INTO v_open, v_done FROM task_units WHERE task_id = p_task_id AND step = p_step;
  SET p_ended = CASE
    WHEN v_open > 0 THEN 'unit_ended'
    WHEN v_done = 0 THEN 'failed'
    WHEN v_seconds IS NOT NULL THEN 'step_planned'
    ELSE 'succeeded' END;

  IF p_ended = 'failed' THEN
    CALL end_task_v1(p_merchant_id, p_task_id, 'failed', p_error_code, p_ours, p_now, p_fresh_expires_at);
  ELSEIF p_ended = 'step_planned' THEN
    UPDATE tasks SET step = p_step + 1, deadline_at = p_now + INTERVAL v_seconds SECOND,
      sweep_at = p_now + INTERVAL v_seconds SECOND
    WHERE id = p_task_id;
    CALL plan_step_v1(p_task_id, p_merchant_id, p_step + 1, p_plan, p_now, p_unit_sweep_at);
  ELSEIF p_ended = 'succeeded' THEN
    IF JSON_CONTAINS_PATH(p_plan, 'one', '$[*].shareCredits') THEN
      SELECT COALESCE(SUM(CAST(JSON_EXTRACT(p_plan, CONCAT('$[', step, '].shareCredits')) AS SIGNED)), 0) INTO v_share
      FROM task_units WHERE task_id = p_task_id AND state = 'failed';
    END IF;
    UPDATE tasks SET state = 'succeeded', refunded_credits = v_share, ended_at = p_now, deadline_at = NULL, sweep_at = NULL
    WHERE id = p_task_id;
    IF v_share > 0 THEN CALL refund_share_v1(p_merchant_id, p_task_id, v_share, p_now, p_fresh_expires_at); END IF;
  END IF;
END
