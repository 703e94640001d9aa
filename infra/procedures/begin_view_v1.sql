-- An operator begins to look at the workspace as a merchant sees it; with its audit row, once a key. The view is bound to the
-- operator's session and role: whoever reads by it looks whether both still stand.
-- outcome: begun | replayed | conflict | unknown
CREATE PROCEDURE begin_view_v1(
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_session_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_role VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_view_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_expires_at DATETIME(3),
  IN p_reason VARCHAR(80) CHARACTER SET utf8mb4,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_seq BIGINT UNSIGNED;
  DECLARE v_merchant, v_view VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_noted, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_created, v_expires DATETIME(3);
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  CALL note_write_v1(p_operator_id, 'view-as', p_merchant_id, p_reason,
    CONCAT('{"viewId":"', p_view_id, '"}'),
    p_idempotency_key, p_request_hash, p_request_id, p_now, v_seq, v_noted);
  SELECT id INTO v_merchant FROM merchants WHERE id = p_merchant_id AND state <> 'deleted' FOR UPDATE;
  SELECT id, created_at, expires_at INTO v_view, v_created, v_expires
  FROM operator_views WHERE audit_seq = v_seq AND merchant_id = p_merchant_id;
  SET v_outcome = CASE
    WHEN v_noted <> 'noted' THEN v_noted
    WHEN v_merchant IS NULL THEN 'unknown'
    ELSE 'begun' END;
  IF v_outcome <> 'begun' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome, v_view AS view_id, v_created AS created_at, v_expires AS expires_at;
    LEAVE main;
  END IF;
  INSERT INTO operator_views (id, merchant_id, operator_id, session_id, role, audit_seq, created_at, expires_at)
  VALUES (p_view_id, v_merchant, p_operator_id, p_session_id, p_role, v_seq, p_now, p_expires_at);
  COMMIT;
  SELECT v_outcome AS outcome, p_view_id AS view_id, p_now AS created_at, p_expires_at AS expires_at;
END
