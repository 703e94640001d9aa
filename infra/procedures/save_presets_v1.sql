-- An operator saves the presets of the shops as the edition after the one that was seen, with its audit row, once a key. p_preset_id is the one
-- that was changed. Tasks keep the edition that they were ordered by.
-- outcome: saved | replayed | conflict | changed
CREATE PROCEDURE save_presets_v1(
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_preset_id VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_base_version INT UNSIGNED,
  IN p_presets_json MEDIUMTEXT CHARACTER SET utf8mb4,
  IN p_details TEXT CHARACTER SET utf8mb4,
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
  -- Of two who save at once the second may have seen the edition that the first has followed: it meets the first's row.
  DECLARE CONTINUE HANDLER FOR 1062 SET v_outcome = 'changed';
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  CALL note_write_v1(p_operator_id, 'save-preset', p_preset_id, p_reason, p_details,
    p_idempotency_key, p_request_hash, p_request_id, p_now, v_seq, v_noted);
  SELECT version INTO v_version FROM platform_presets ORDER BY version DESC LIMIT 1 FOR UPDATE;
  SET v_outcome = CASE
    WHEN v_noted <> 'noted' THEN v_noted
    WHEN v_version <> p_base_version THEN 'changed'
    ELSE 'saved' END;
  IF v_outcome = 'saved' THEN
    INSERT INTO platform_presets (version, presets_json, saved_by, saved_at)
    VALUES (p_base_version + 1, p_presets_json, p_operator_id, p_now);
  END IF;
  IF v_outcome <> 'saved' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome;
    LEAVE main;
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome;
END
