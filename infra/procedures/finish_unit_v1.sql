-- Records a unit's outputs under its lease. The last unit of a step plans the next step (p_next_units > 0) or completes
-- the task. Outputs: JSON array of {"name", "key", "contentType", "width", "height", "sizeBytes", "flags"}.
-- outcome: succeeded | step_planned | unit_done | lost (another worker, or the end of the task, has taken the lease)
CREATE PROCEDURE finish_unit_v1(
  IN p_task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_step TINYINT UNSIGNED,
  IN p_unit TINYINT UNSIGNED,
  IN p_lease_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_outputs TEXT CHARACTER SET utf8mb4,
  IN p_next_units TINYINT UNSIGNED,
  IN p_next_max_attempts TINYINT UNSIGNED,
  IN p_next_time_limit_s SMALLINT UNSIGNED,
  IN p_now DATETIME(3),
  IN p_unit_sweep_at DATETIME(3)
)
main: BEGIN
  DECLARE v_merchant, v_lease VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_state, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_open INT;
  DECLARE v_unit INT DEFAULT 0;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  SELECT merchant_id INTO v_merchant FROM tasks WHERE id = p_task_id FOR UPDATE;
  SELECT state, lease_id INTO v_state, v_lease
  FROM task_units WHERE task_id = p_task_id AND step = p_step AND unit = p_unit FOR UPDATE;
  IF v_state IS NULL OR v_state <> 'leased' OR v_lease <> p_lease_id THEN
    ROLLBACK;
    SELECT 'lost' AS outcome;
    LEAVE main;
  END IF;

  UPDATE task_units SET state = 'done', lease_ends_at = NULL, sweep_at = NULL, error_code = NULL
  WHERE task_id = p_task_id AND step = p_step AND unit = p_unit;
  INSERT INTO task_outputs (task_id, step, unit, name, merchant_id, object_key, content_type, width, height, size_bytes, flags)
  SELECT p_task_id, p_step, p_unit, o.name, v_merchant, o.object_key, o.content_type, o.width, o.height, o.size_bytes, o.flags
  FROM JSON_TABLE(p_outputs, '$[*]' COLUMNS (
    name VARCHAR(64) PATH '$.name',
    object_key VARCHAR(160) PATH '$.key',
    content_type VARCHAR(32) PATH '$.contentType',
    width INT PATH '$.width',
    height INT PATH '$.height',
    size_bytes INT PATH '$.sizeBytes',
    flags VARCHAR(255) PATH '$.flags')) AS o;

  SELECT COUNT(*) INTO v_open FROM task_units WHERE task_id = p_task_id AND step = p_step AND state <> 'done';
  SET v_outcome = CASE WHEN v_open > 0 THEN 'unit_done' WHEN p_next_units > 0 THEN 'step_planned' ELSE 'succeeded' END;
  IF v_outcome = 'step_planned' THEN
    UPDATE tasks SET step = p_step + 1,
      deadline_at = p_now + INTERVAL (p_next_max_attempts * (p_next_time_limit_s + 180)) SECOND,
      sweep_at = p_now + INTERVAL (p_next_max_attempts * (p_next_time_limit_s + 180)) SECOND
    WHERE id = p_task_id;
    WHILE v_unit < p_next_units DO
      INSERT INTO task_units (task_id, step, unit, merchant_id, state, max_attempts, time_limit_s, next_at, sweep_at)
      VALUES (p_task_id, p_step + 1, v_unit, v_merchant, 'waiting', p_next_max_attempts, p_next_time_limit_s, p_now, p_unit_sweep_at);
      SET v_unit = v_unit + 1;
    END WHILE;
  ELSEIF v_outcome = 'succeeded' THEN
    UPDATE tasks SET state = 'succeeded', ended_at = p_now, deadline_at = NULL, sweep_at = NULL WHERE id = p_task_id;
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome;
END
