-- An operator saves a card as the next version after the one that was seen: the whole of it for ever, and the row that ordering reads;
-- with its audit row, once a key. Tasks under way keep the version that they began with.
-- outcome: saved | replayed | conflict | changed
CREATE PROCEDURE save_card_v1(
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_action VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_card_id VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_base_version INT UNSIGNED,
  IN p_card_json MEDIUMTEXT CHARACTER SET utf8mb4,
  IN p_name_zh VARCHAR(64) CHARACTER SET utf8mb4,
  IN p_name_en VARCHAR(64) CHARACTER SET utf8mb4,
  IN p_category VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_summary_zh VARCHAR(255) CHARACTER SET utf8mb4,
  IN p_summary_en VARCHAR(255) CHARACTER SET utf8mb4,
  IN p_credits INT UNSIGNED,
  IN p_access VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_enabled TINYINT,
  IN p_closed_zh VARCHAR(255) CHARACTER SET utf8mb4,
  IN p_closed_en VARCHAR(255) CHARACTER SET utf8mb4,
  IN p_max_inputs TINYINT UNSIGNED,
  IN p_form_json TEXT CHARACTER SET utf8mb4,
  IN p_pipeline_json TEXT CHARACTER SET utf8mb4,
  IN p_outputs_json TEXT CHARACTER SET utf8mb4,
  IN p_partial_step VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_rate_limit INT UNSIGNED,
  IN p_rate_window_s INT UNSIGNED,
  IN p_position SMALLINT,
  IN p_reason VARCHAR(80) CHARACTER SET utf8mb4,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_seq BIGINT UNSIGNED;
  DECLARE v_noted, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_version INT UNSIGNED DEFAULT 0;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  -- Two who make the same new card find no row to lock: the second meets the first's version.
  DECLARE CONTINUE HANDLER FOR 1062 SET v_outcome = 'changed';
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  CALL note_write_v1(p_operator_id, p_action, p_card_id, p_reason,
    CONCAT('{"version":', p_base_version + 1, ',"credits":', p_credits, ',"access":"', p_access, '","enabled":', p_enabled, '}'),
    p_idempotency_key, p_request_hash, p_request_id, p_now, v_seq, v_noted);
  SELECT version INTO v_version FROM features WHERE id = p_card_id FOR UPDATE;
  SET v_outcome = CASE
    WHEN v_noted <> 'noted' THEN v_noted
    WHEN v_version <> p_base_version THEN 'changed'
    ELSE 'saved' END;
  IF v_outcome = 'saved' THEN
    INSERT INTO feature_versions (feature_id, version, card_json, saved_by, saved_at)
    VALUES (p_card_id, p_base_version + 1, p_card_json, p_operator_id, p_now);
  END IF;
  IF v_outcome <> 'saved' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome;
    LEAVE main;
  END IF;
  IF p_base_version = 0 THEN
    INSERT INTO features (id, version, name_zh, name_en, category, summary_zh, summary_en, credits, access, enabled, closed_zh,
      closed_en, max_inputs, form_json, pipeline_json, outputs_json, partial_step, rate_limit, rate_window_s, position)
    VALUES (p_card_id, 1, p_name_zh, p_name_en, p_category, p_summary_zh, p_summary_en, p_credits, p_access, p_enabled, p_closed_zh,
      p_closed_en, p_max_inputs, p_form_json, p_pipeline_json, p_outputs_json, p_partial_step, p_rate_limit, p_rate_window_s,
      p_position);
  ELSE
    UPDATE features SET version = p_base_version + 1, name_zh = p_name_zh, name_en = p_name_en, category = p_category,
      summary_zh = p_summary_zh, summary_en = p_summary_en, credits = p_credits, access = p_access, enabled = p_enabled,
      closed_zh = p_closed_zh, closed_en = p_closed_en, max_inputs = p_max_inputs, form_json = p_form_json,
      pipeline_json = p_pipeline_json, outputs_json = p_outputs_json, partial_step = p_partial_step, rate_limit = p_rate_limit,
      rate_window_s = p_rate_window_s, position = p_position
    WHERE id = p_card_id;
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome;
END
