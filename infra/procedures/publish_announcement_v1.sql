-- An operator tells every merchant something; with its audit row, once a key.
-- outcome: published | replayed | conflict
CREATE PROCEDURE publish_announcement_v1(
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_announcement_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_level VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_title_zh VARCHAR(80) CHARACTER SET utf8mb4,
  IN p_title_en VARCHAR(80) CHARACTER SET utf8mb4,
  IN p_body_zh VARCHAR(500) CHARACTER SET utf8mb4,
  IN p_body_en VARCHAR(500) CHARACTER SET utf8mb4,
  IN p_starts_at DATETIME(3),
  IN p_ends_at DATETIME(3),
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_seq BIGINT UNSIGNED;
  DECLARE v_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_noted VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  CALL note_write_v1(p_operator_id, 'publish-announcement', p_announcement_id, '', JSON_OBJECT('level', p_level, 'zh', p_title_zh),
    p_idempotency_key, p_request_hash, p_request_id, p_now, v_seq, v_noted);
  IF v_noted <> 'noted' THEN
    SELECT id INTO v_id FROM announcements WHERE audit_seq = v_seq;
    ROLLBACK;
    SELECT v_noted AS outcome, v_id AS announcement_id;
    LEAVE main;
  END IF;
  INSERT INTO announcements (id, level, title_zh, title_en, body_zh, body_en, starts_at, ends_at, created_by, created_at, audit_seq)
  VALUES (p_announcement_id, p_level, p_title_zh, p_title_en, p_body_zh, p_body_en, p_starts_at, p_ends_at, p_operator_id, p_now, v_seq);
  COMMIT;
  SELECT 'published' AS outcome, p_announcement_id AS announcement_id;
END
