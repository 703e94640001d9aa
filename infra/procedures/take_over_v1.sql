-- Inner: gives a task that repeats another what that one has done, up to a step, inside the caller's transaction. Its files are copied afterwards.
CREATE PROCEDURE take_over_v1(
  IN p_task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_retry_of VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_step TINYINT UNSIGNED,
  IN p_now DATETIME(3)
)
BEGIN
  INSERT INTO task_units (task_id, step, unit, merchant_id, state, attempts, max_attempts, time_limit_s, lease_id, next_at)
  SELECT p_task_id, step, unit, p_merchant_id, state, attempts, max_attempts, time_limit_s, lease_id, p_now
  FROM task_units WHERE task_id = p_retry_of AND merchant_id = p_merchant_id AND step <= p_step AND state = 'done';
  INSERT INTO task_outputs (task_id, step, unit, name, merchant_id, object_key, content_type, width, height, size_bytes, flags)
  SELECT p_task_id, o.step, o.unit, o.name, p_merchant_id,
    CONCAT('outputs/', p_task_id, SUBSTRING(o.object_key, LENGTH('outputs/') + LENGTH(p_retry_of) + 1)),
    o.content_type, o.width, o.height, o.size_bytes, o.flags
  FROM task_outputs o WHERE o.task_id = p_retry_of AND o.merchant_id = p_merchant_id AND o.step <= p_step;
END
