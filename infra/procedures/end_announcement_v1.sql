-- An operator ends an announcement before its time; with its audit row, once a key.
-- outcome: ended | replayed | conflict | unknown | over
CREATE PROCEDURE end_announcement_v1(
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_announcement_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_seq BIGINT UNSIGNED;
  DECLARE v_noted, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_ends DATETIME(3);
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  CALL note_write_v1(p_operator_id, 'end-announcement', p_announcement_id, '', '{}',
    p_idempotency_key, p_request_hash, p_request_id, p_now, v_seq, v_noted);
  SELECT ends_at INTO v_ends FROM announcements WHERE id = p_announcement_id FOR UPDATE;
  SET v_outcome = CASE
    WHEN v_noted <> 'noted' THEN v_noted
    WHEN v_ends IS NULL THEN 'unknown'
    WHEN v_ends <= p_now THEN 'over'
    ELSE 'ended' END;
  IF v_outcome <> 'ended' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome;
    LEAVE main;
  END IF;
  UPDATE announcements SET ends_at = p_now WHERE id = p_announcement_id;
  COMMIT;
  SELECT v_outcome AS outcome;
END
