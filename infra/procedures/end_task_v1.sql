-- Inner: ends a task without success and refunds it, inside the caller's transaction, which holds the account row and
-- the task row and has checked that the task may end so.
CREATE PROCEDURE end_task_v1(
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_error_code VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_ours TINYINT,
  IN p_now DATETIME(3),
  IN p_fresh_expires_at DATETIME(3)
)
BEGIN
  UPDATE tasks SET state = p_state, error_code = p_error_code, ended_at = p_now, deadline_at = NULL, sweep_at = NULL
  WHERE id = p_task_id;
  UPDATE task_units SET state = 'dropped', lease_ends_at = NULL, sweep_at = NULL
  WHERE task_id = p_task_id AND state IN ('waiting', 'leased');
  CALL refund_task_v1(p_merchant_id, p_task_id, p_ours, p_now, p_fresh_expires_at);
END
