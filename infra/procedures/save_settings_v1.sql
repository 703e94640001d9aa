-- An operator saves the settings as the version after the one that was seen, with its audit row, once a key. A shorter life of results
-- begins at p_shorter_from; until then the longest life that was in force stays.
-- outcome: saved | replayed | conflict | changed
CREATE PROCEDURE save_settings_v1(
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_base_version INT UNSIGNED,
  IN p_result_days SMALLINT UNSIGNED,
  IN p_deployed_days SMALLINT UNSIGNED,
  IN p_shorter_from DATETIME(3),
  IN p_sms_daily_budget INT UNSIGNED,
  IN p_moderation TINYINT,
  IN p_sign_up TINYINT,
  IN p_batch_photos TINYINT UNSIGNED,
  IN p_credits_low SMALLINT UNSIGNED,
  IN p_support_contact VARCHAR(80) CHARACTER SET utf8mb4,
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
  DECLARE v_before, v_kept, v_next SMALLINT UNSIGNED;
  DECLARE v_days SMALLINT UNSIGNED DEFAULT p_deployed_days;
  DECLARE v_from DATETIME(3);
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  -- Of two who save at once the second may have seen the version that the first has followed: it meets the first's row.
  DECLARE CONTINUE HANDLER FOR 1062 SET v_outcome = 'changed';
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  CALL note_write_v1(p_operator_id, 'save-settings', 'settings', p_reason, p_details,
    p_idempotency_key, p_request_hash, p_request_id, p_now, v_seq, v_noted);
  SELECT version, COALESCE(result_days, p_deployed_days), result_days_before, result_days_from
  INTO v_version, v_days, v_before, v_from FROM settings ORDER BY version DESC LIMIT 1 FOR UPDATE;
  SET v_outcome = CASE
    WHEN v_noted <> 'noted' THEN v_noted
    WHEN v_version <> p_base_version THEN 'changed'
    ELSE 'saved' END;
  IF v_outcome = 'saved' THEN
    SET v_next = COALESCE(p_result_days, p_deployed_days);
    -- Still kept, of a shorter life that has not begun.
    SET v_kept = IF(v_from > p_now, GREATEST(v_before, v_days), v_days);
    IF v_next >= v_kept THEN
      SET v_before = NULL, v_from = NULL;
    ELSE
      SET v_from = IF(v_from > p_now AND v_next >= v_days, v_from, p_shorter_from), v_before = v_kept;
    END IF;
    INSERT INTO settings (version, result_days, result_days_before, result_days_from, sms_daily_budget, moderation, sign_up,
      batch_photos, credits_low, support_contact, saved_by, saved_at)
    VALUES (p_base_version + 1, p_result_days, v_before, v_from, p_sms_daily_budget, p_moderation, p_sign_up,
      p_batch_photos, p_credits_low, p_support_contact, p_operator_id, p_now);
  END IF;
  IF v_outcome <> 'saved' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome;
    LEAVE main;
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome;
END
