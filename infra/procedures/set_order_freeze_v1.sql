-- An operator puts an order's credits out of reach while somebody looks, or gives them back, with its audit row, once a key. What was
-- refunded is not given back, nor anything to an account that was deleted.
-- outcome: frozen | released | replayed | conflict | unknown | not_granted | unchanged | refused
CREATE PROCEDURE set_order_freeze_v1(
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_order_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_frozen TINYINT,
  IN p_reason VARCHAR(80) CHARACTER SET utf8mb4,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_seq BIGINT UNSIGNED;
  DECLARE v_merchant, v_lot VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_noted, v_channel, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_revoked, v_closed DATETIME(3);
  DECLARE v_standing INT;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  CALL note_write_v1(p_operator_id, 'set-order-freeze', p_order_id, p_reason,
    CONCAT('{"frozen":', IF(p_frozen = 1, 'true', 'false'), '}'),
    p_idempotency_key, p_request_hash, p_request_id, p_now, v_seq, v_noted);
  SELECT merchant_id, channel INTO v_merchant, v_channel FROM orders WHERE id = p_order_id FOR UPDATE;
  SELECT closed_at INTO v_closed FROM accounts WHERE merchant_id = v_merchant FOR UPDATE;
  SELECT id, revoked_at INTO v_lot, v_revoked
  FROM quota_lots WHERE merchant_id = v_merchant AND source_key = CONCAT('pay:', v_channel, ':', p_order_id) FOR UPDATE;
  SELECT COUNT(*) INTO v_standing FROM refunds
  WHERE order_id = p_order_id AND state <> 'closed' AND kind <> 'second_payment';
  SET v_outcome = CASE
    WHEN v_noted <> 'noted' THEN v_noted
    WHEN v_merchant IS NULL THEN 'unknown'
    WHEN v_lot IS NULL THEN 'not_granted'
    WHEN (p_frozen = 1) = (v_revoked IS NOT NULL) THEN 'unchanged'
    WHEN p_frozen = 1 THEN 'frozen'
    WHEN v_standing > 0 OR v_closed IS NOT NULL THEN 'refused'
    ELSE 'released' END;
  IF v_outcome NOT IN ('frozen', 'released') THEN
    ROLLBACK;
    SELECT v_outcome AS outcome;
    LEAVE main;
  END IF;
  CALL read_revocation_v1(v_lot, p_now, v_revoked);
  UPDATE quota_lots SET revoked_at = IF(p_frozen = 1, v_revoked, NULL) WHERE id = v_lot;
  CALL set_membership_v2(v_merchant, p_now);
  COMMIT;
  SELECT v_outcome AS outcome;
END
