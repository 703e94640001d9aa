-- Records a unit's outputs under its lease. The last unit of a step plans the next step or completes the task, as the
-- task's own plan says. Outputs: JSON array of {"name", "key", "contentType", "width", "height", "sizeBytes", "flags"}.
-- outcome: succeeded | step_planned | unit_done | lost (another worker, or the end of the task, has taken the lease)
CREATE PROCEDURE finish_unit_v2(
  IN p_task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_step TINYINT UNSIGNED,
  IN p_unit TINYINT UNSIGNED,
  IN p_lease_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_outputs TEXT CHARACTER SET utf8mb4,
  IN p_now DATETIME(3),
  IN p_unit_sweep_at DATETIME(3),
  IN p_fresh_expires_at DATETIME(3)
)
main: BEGIN
  DECLARE v_merchant, v_lease VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_state, v_ended VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_plan TEXT CHARACTER SET utf8mb4;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  -- Neither ever changes. Shares may have to be given back: then the account comes first, as everywhere.
  SELECT merchant_id, pipeline_json INTO v_merchant, v_plan FROM tasks WHERE id = p_task_id;
  START TRANSACTION;
  IF JSON_CONTAINS_PATH(v_plan, 'one', '$[*].shareCredits') THEN
    SELECT merchant_id INTO v_merchant FROM accounts WHERE merchant_id = v_merchant FOR UPDATE;
  END IF;
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

  CALL complete_step_v1(p_task_id, v_merchant, p_step, v_plan, NULL, 1, p_now, p_unit_sweep_at, p_fresh_expires_at, v_ended);
  COMMIT;
  SELECT IF(v_ended = 'unit_ended', 'unit_done', v_ended) AS outcome;
END
