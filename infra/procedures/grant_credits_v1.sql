-- An operator gives credits away: a lot of its own, with its audit row, once a key.
-- outcome: granted | replayed | conflict | unknown
CREATE PROCEDURE grant_credits_v1(
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_lot_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_credits INT,
  IN p_access VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_expires_at DATETIME(3),
  IN p_reason VARCHAR(80) CHARACTER SET utf8mb4,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_seq BIGINT UNSIGNED;
  DECLARE v_account, v_lot VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_noted, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  CALL note_write_v1(p_operator_id, 'grant-credits', p_merchant_id, p_reason,
    CONCAT('{"lotId":"', p_lot_id, '","credits":', p_credits, ',"access":"', p_access, '"}'),
    p_idempotency_key, p_request_hash, p_request_id, p_now, v_seq, v_noted);
  SELECT merchant_id INTO v_account FROM accounts WHERE merchant_id = p_merchant_id AND closed_at IS NULL FOR UPDATE;
  SELECT id INTO v_lot FROM quota_lots WHERE source_key = CONCAT('grant:', v_seq) AND merchant_id = p_merchant_id;
  SET v_outcome = CASE
    WHEN v_noted <> 'noted' THEN v_noted
    WHEN v_account IS NULL THEN 'unknown'
    ELSE 'granted' END;
  IF v_outcome <> 'granted' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome, v_lot AS lot_id;
    LEAVE main;
  END IF;
  INSERT INTO quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at)
  VALUES (p_lot_id, v_account, CONCAT('grant:', v_seq), p_access, p_credits, p_credits, p_now, p_expires_at);
  INSERT INTO quota_entries (merchant_id, lot_id, kind, amount, source_key, created_at)
  VALUES (v_account, p_lot_id, 'grant', p_credits, CONCAT('grant:', v_seq), p_now);
  COMMIT;
  SELECT v_outcome AS outcome, p_lot_id AS lot_id;
END
