-- A unit's attempt failed, reported under its lease: it waits for its next attempt (p_retry_at, while attempts are
-- left), or the task fails and is refunded.
-- outcome: waiting | failed | lost
CREATE PROCEDURE fail_unit_v1(
  IN p_task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_step TINYINT UNSIGNED,
  IN p_unit TINYINT UNSIGNED,
  IN p_lease_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_error_code VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_ours TINYINT,
  IN p_retry_at DATETIME(3),
  IN p_now DATETIME(3),
  IN p_fresh_expires_at DATETIME(3)
)
main: BEGIN
  DECLARE v_merchant, v_lease VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_attempts, v_max INT;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  SELECT merchant_id INTO v_merchant FROM tasks WHERE id = p_task_id;
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
    COMMIT;
    SELECT 'waiting' AS outcome;
  ELSE
    CALL end_task_v1(v_merchant, p_task_id, 'failed', p_error_code, p_ours, p_now, p_fresh_expires_at);
    COMMIT;
    SELECT 'failed' AS outcome;
  END IF;
END
