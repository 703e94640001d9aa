-- A case of the reconciliation has been worked off; what was done stands in its audit row.
-- outcome: resolved | replayed | conflict | unknown | ended
CREATE PROCEDURE resolve_case_v1(
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_case_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_note VARCHAR(80) CHARACTER SET utf8mb4,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_seq BIGINT UNSIGNED;
  DECLARE v_noted, v_state, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  CALL note_write_v1(p_operator_id, 'resolve-case', p_case_id, p_note, '{}',
    p_idempotency_key, p_request_hash, p_request_id, p_now, v_seq, v_noted);
  SELECT state INTO v_state FROM reconciliation_cases WHERE id = p_case_id FOR UPDATE;
  SET v_outcome = CASE
    WHEN v_noted <> 'noted' THEN v_noted
    WHEN v_state IS NULL THEN 'unknown'
    WHEN v_state <> 'open' THEN 'ended'
    ELSE 'resolved' END;
  IF v_outcome <> 'resolved' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome;
    LEAVE main;
  END IF;
  UPDATE reconciliation_cases SET state = 'ended', ended_at = p_now WHERE id = p_case_id;
  COMMIT;
  SELECT v_outcome AS outcome;
END
