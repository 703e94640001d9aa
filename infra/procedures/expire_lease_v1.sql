-- The sweeper's: a lease has run out, so its worker is gone. The unit waits again, or, without attempts left, the task
-- fails and is refunded.
-- outcome: waiting | failed | not_due
CREATE PROCEDURE expire_lease_v1(
  IN p_task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_step TINYINT UNSIGNED,
  IN p_unit TINYINT UNSIGNED,
  IN p_now DATETIME(3),
  IN p_fresh_expires_at DATETIME(3)
)
main: BEGIN
  DECLARE v_merchant VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_attempts, v_max INT;
  DECLARE v_lease_ends DATETIME(3);
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  SELECT merchant_id INTO v_merchant FROM tasks WHERE id = p_task_id;
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
    COMMIT;
    SELECT 'waiting' AS outcome;
  ELSE
    CALL end_task_v1(v_merchant, p_task_id, 'failed', 'PROCESSING_TIMEOUT', 1, p_now, p_fresh_expires_at);
    COMMIT;
    SELECT 'failed' AS outcome;
  END IF;
END
