-- An operator gives money back: the whole payment, or the share of its credits that nobody has used. The credits are taken
-- first, in this transaction; the channel is asked afterwards under the refund's id, once however often.
-- outcome: created | replayed | conflict | unknown | not_paid | nothing_left | nothing_unused
CREATE PROCEDURE create_refund_v4(
  IN p_order_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_refund_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_mode VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_reason VARCHAR(80) CHARACTER SET utf8mb4,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3),
  IN p_trace VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin
)
main: BEGIN
  DECLARE v_merchant, v_payment, v_refund, v_lot VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_channel, v_state, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_amount, v_credits, v_remaining, v_refunded, v_refund_fen INT;
  DECLARE v_live, v_frozen TINYINT DEFAULT 0;
  DECLARE v_revoked DATETIME(3);
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  SELECT merchant_id, channel, state, credits INTO v_merchant, v_channel, v_state, v_credits
  FROM orders WHERE id = p_order_id FOR UPDATE;
  SELECT id, request_hash INTO v_refund, v_hash
  FROM refunds WHERE order_id = p_order_id AND idempotency_key = p_idempotency_key;
  SELECT id, amount_fen INTO v_payment, v_amount
  FROM payments WHERE order_id = p_order_id AND disposition = 'granted';
  SELECT merchant_id INTO v_merchant FROM accounts WHERE merchant_id = v_merchant FOR UPDATE;
  SELECT id, remaining, revoked_at IS NULL AND expires_at > p_now, revoked_at IS NOT NULL INTO v_lot, v_remaining, v_live, v_frozen
  FROM quota_lots WHERE merchant_id = v_merchant AND source_key = CONCAT('pay:', v_channel, ':', p_order_id) FOR UPDATE;
  -- Out of reach they are frozen, unless a refund took them; and so they are where that one took frozen ones.
  SELECT v_frozen AND COALESCE(MAX(of_frozen), 1) INTO v_frozen
  FROM refunds WHERE order_id = p_order_id AND state <> 'closed' AND kind <> 'second_payment';
  SELECT COALESCE(SUM(amount_fen), 0) INTO v_refunded
  FROM refunds WHERE payment_id = v_payment AND state <> 'closed';
  SET v_refund_fen = IF(p_mode = 'whole', v_amount - v_refunded,
    LEAST(v_amount - v_refunded, FLOOR(v_amount * v_remaining / v_credits)));
  SET v_outcome = CASE
    WHEN v_state IS NULL THEN 'unknown'
    WHEN v_refund IS NOT NULL THEN IF(v_hash = p_request_hash, 'replayed', 'conflict')
    WHEN v_state <> 'paid' THEN 'not_paid'
    WHEN v_amount <= v_refunded THEN 'nothing_left'
    WHEN p_mode <> 'whole' AND (v_live = 0 OR v_refund_fen = 0) THEN 'nothing_unused'
    ELSE 'created' END;
  IF v_outcome <> 'created' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome, v_refund AS refund_id;
    LEAVE main;
  END IF;

  INSERT INTO refunds (id, merchant_id, order_id, payment_id, kind, state, amount_fen, credits, reason, idempotency_key,
    request_hash, requested_by, next_at, created_at, trace, of_frozen)
  VALUES (p_refund_id, v_merchant, p_order_id, v_payment, p_mode, 'requested', v_refund_fen, v_remaining, p_reason,
    p_idempotency_key, p_request_hash, p_operator_id, p_now, p_now, p_trace, v_frozen);
  CALL read_revocation_v1(v_lot, p_now, v_revoked);
  UPDATE quota_lots SET remaining = 0, revoked_at = COALESCE(revoked_at, v_revoked) WHERE id = v_lot;
  IF v_remaining > 0 THEN
    INSERT INTO quota_entries (merchant_id, lot_id, kind, amount, order_id, source_key, created_at)
    VALUES (v_merchant, v_lot, 'revoke', -v_remaining, p_order_id, CONCAT('revoke:', p_refund_id), p_now);
  END IF;
  CALL set_membership_v2(v_merchant, p_now);
  INSERT INTO audit_log (actor, action, target, reason, details_json, request_id, created_at)
  VALUES (p_operator_id, 'refund-order', p_order_id, p_reason,
    CONCAT('{"refundId":"', p_refund_id, '","mode":"', p_mode, '","amountFen":', v_refund_fen, ',"credits":', v_remaining, '}'),
    p_request_id, p_now);
  COMMIT;
  SELECT v_outcome AS outcome, p_refund_id AS refund_id;
END
