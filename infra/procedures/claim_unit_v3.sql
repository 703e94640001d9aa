-- Takes a unit of work under a lease. The lease outlasts the function's own timeout (time limit + 30 s) by 30 s, so that
-- nobody works on a unit whose worker may still be alive.
-- outcome: claimed | busy | early | ended | unknown
CREATE PROCEDURE claim_unit_v3(
  IN p_task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_step TINYINT UNSIGNED,
  IN p_unit TINYINT UNSIGNED,
  IN p_lease_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_task_state, v_state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_merchant VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_feature VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_attempts, v_max, v_limit INT;
  DECLARE v_next, v_lease_ends, v_now_ends DATETIME(3);
  DECLARE v_pipeline, v_form TEXT CHARACTER SET utf8mb4;
  DECLARE v_trace VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  SELECT merchant_id, feature_id, state, pipeline_json, form_json, trace
  INTO v_merchant, v_feature, v_task_state, v_pipeline, v_form, v_trace
  FROM tasks WHERE id = p_task_id FOR UPDATE;
  SELECT state, attempts, max_attempts, time_limit_s, next_at, lease_ends_at
  INTO v_state, v_attempts, v_max, v_limit, v_next, v_lease_ends
  FROM task_units WHERE task_id = p_task_id AND step = p_step AND unit = p_unit FOR UPDATE;
  SET v_outcome = CASE
    WHEN v_state IS NULL THEN 'unknown'
    WHEN v_state IN ('done', 'failed', 'dropped') THEN 'ended'
    WHEN v_state = 'leased' THEN 'busy'
    WHEN v_next > p_now THEN 'early'
    ELSE 'claimed' END;
  IF v_outcome <> 'claimed' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome, v_trace AS trace;
    LEAVE main;
  END IF;

  SET v_now_ends = p_now + INTERVAL (v_limit + 60) SECOND;
  UPDATE task_units SET state = 'leased', attempts = v_attempts + 1, lease_id = p_lease_id, lease_ends_at = v_now_ends,
    sweep_at = v_now_ends
  WHERE task_id = p_task_id AND step = p_step AND unit = p_unit;
  IF v_task_state = 'queued' THEN
    UPDATE tasks SET state = 'processing', started_at = p_now,
      deadline_at = p_now + INTERVAL (v_max * (v_limit + 180)) SECOND,
      sweep_at = p_now + INTERVAL (v_max * (v_limit + 180)) SECOND
    WHERE id = p_task_id;
  END IF;
  COMMIT;
  SELECT 'claimed' AS outcome, v_merchant AS merchant_id, v_feature AS feature_id, v_pipeline AS pipeline_json,
    v_form AS form_json, v_trace AS trace,
    v_attempts + 1 AS attempt, v_now_ends AS lease_ends_at;
END
