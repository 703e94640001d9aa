-- An operator takes credits out of a lot that can be spent, no more than it holds; with its audit row, once a key.
-- outcome: revoked | replayed | conflict | unknown | short
CREATE PROCEDURE revoke_credits_v1(
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_lot_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_credits INT,
  IN p_reason VARCHAR(80) CHARACTER SET utf8mb4,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_seq BIGINT UNSIGNED;
  DECLARE v_account VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_noted, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_remaining INT;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  CALL note_write_v1(p_operator_id, 'revoke-credits', p_merchant_id, p_reason,
    CONCAT('{"lotId":"', p_lot_id, '","credits":', p_credits, '}'),
    p_idempotency_key, p_request_hash, p_request_id, p_now, v_seq, v_noted);
  SELECT merchant_id INTO v_account FROM accounts WHERE merchant_id = p_merchant_id FOR UPDATE;
  SELECT remaining INTO v_remaining FROM quota_lots
  WHERE id = p_lot_id AND merchant_id = v_account AND revoked_at IS NULL AND expires_at > p_now FOR UPDATE;
  SET v_outcome = CASE
    WHEN v_noted <> 'noted' THEN v_noted
    WHEN v_remaining IS NULL THEN 'unknown'
    WHEN v_remaining < p_credits THEN 'short'
    ELSE 'revoked' END;
  IF v_outcome = 'replayed' THEN
    -- What was left then: the lot may have been spent since, or be over.
    SELECT SUM(e.amount) INTO v_remaining FROM quota_entries own JOIN quota_entries e ON e.lot_id = own.lot_id AND e.seq <= own.seq
    WHERE own.source_key = CONCAT('revoke:', v_seq) AND own.merchant_id = v_account AND e.merchant_id = v_account;
  END IF;
  IF v_outcome <> 'revoked' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome, v_remaining AS remaining;
    LEAVE main;
  END IF;
  UPDATE quota_lots SET remaining = remaining - p_credits WHERE id = p_lot_id;
  INSERT INTO quota_entries (merchant_id, lot_id, kind, amount, source_key, created_at)
  VALUES (v_account, p_lot_id, 'revoke', -p_credits, CONCAT('revoke:', v_seq), p_now);
  COMMIT;
  SELECT v_outcome AS outcome, v_remaining - p_credits AS remaining;
END
