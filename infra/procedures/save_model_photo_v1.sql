-- An operator's photo of a model: a new one is noted and waits (p_new_key), the newest, at p_key, is taken into use, or the one in use out of
-- it, which leaves one that waits where it is; with its audit row, once a key.
-- outcome: saved | replayed | conflict | unknown (no such photo, or another has come meanwhile)
CREATE PROCEDURE save_model_photo_v1(
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_gender VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_scene VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_pose TINYINT UNSIGNED,
  IN p_new_key VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_key VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_enabled TINYINT,
  IN p_reason VARCHAR(80) CHARACTER SET utf8mb4,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_seq BIGINT UNSIGNED;
  DECLARE v_noted, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_key VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  CALL note_write_v1(p_operator_id, 'save-model-photo', CONCAT(p_gender, '/', p_scene, '/', p_pose), p_reason,
    CONCAT('{"enabled":', p_enabled, ',"upload":', IF(p_new_key IS NULL, 'false', 'true'), '}'),
    p_idempotency_key, p_request_hash, p_request_id, p_now, v_seq, v_noted);
  SELECT COALESCE(pending_key, object_key) INTO v_key FROM model_photos
  WHERE gender = p_gender AND scene = p_scene AND pose = p_pose FOR UPDATE;
  SET v_outcome = CASE
    WHEN v_noted <> 'noted' THEN v_noted
    WHEN p_new_key IS NULL AND (v_key IS NULL OR v_key <> p_key) THEN 'unknown'
    ELSE 'saved' END;
  IF v_outcome <> 'saved' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome;
    LEAVE main;
  END IF;
  IF p_new_key IS NOT NULL THEN
    INSERT INTO model_photos (gender, scene, pose, object_key, enabled, pending_key, saved_by, saved_at)
    VALUES (p_gender, p_scene, p_pose, '', 0, p_new_key, p_operator_id, p_now)
    ON DUPLICATE KEY UPDATE pending_key = p_new_key, saved_by = p_operator_id, saved_at = p_now;
  ELSE
    UPDATE model_photos SET object_key = IF(p_enabled = 1, p_key, object_key), pending_key = IF(p_enabled = 1, NULL, pending_key),
      enabled = p_enabled, saved_by = p_operator_id, saved_at = p_now
    WHERE gender = p_gender AND scene = p_scene AND pose = p_pose;
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome;
END
