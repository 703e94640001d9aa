-- An open order of the same plan is answered again, whatever its channel; each way of paying it has a number of its own there
-- (p_suffix), since a number stands for one order of one kind at a channel. What the buyer was shown (p_offer, as list-plans tells it; NULL:
-- not said) is what is ordered: an open order of another offer is not answered, and a plan with another offer is not ordered.
-- outcome: created | pending (an unpaid order of this plan is still open: that one) | replayed | conflict | no_plan | plan_changed | no_account
CREATE PROCEDURE create_order_v4(
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_order_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_plan_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_channel VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_method VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_suffix VARCHAR(2) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3),
  IN p_expires_at DATETIME(3),
  IN p_usable_until DATETIME(3),
  IN p_query_at DATETIME(3),
  IN p_trace VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_offer VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin
)
main: BEGIN
  DECLARE v_account, v_order, v_attempt VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_amount, v_credits, v_days INT UNSIGNED;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  SELECT merchant_id INTO v_account FROM accounts WHERE merchant_id = p_merchant_id AND closed_at IS NULL FOR UPDATE;
  IF v_account IS NULL THEN
    ROLLBACK;
    SELECT 'no_account' AS outcome, NULL AS order_id, NULL AS amount_fen, NULL AS credits, NULL AS days;
    LEAVE main;
  END IF;
  SELECT order_id, request_hash INTO v_order, v_hash
  FROM order_keys WHERE merchant_id = p_merchant_id AND idempotency_key = p_idempotency_key;
  IF v_order IS NOT NULL THEN
    SET v_outcome = IF(v_hash = p_request_hash, 'replayed', 'conflict');
  ELSE
    SELECT id INTO v_order FROM orders
    WHERE merchant_id = p_merchant_id AND state = 'pending' AND expires_at > p_usable_until AND plan_id = p_plan_id
      AND COALESCE(p_offer = CONCAT_WS('-', amount_fen, credits, days, access), TRUE)
    ORDER BY expires_at DESC LIMIT 1;
    SET v_outcome = IF(v_order IS NULL, 'created', 'pending');
  END IF;
  IF v_outcome = 'created' THEN
    -- All that is sold is compared, read and written by one statement: of a plan that is saved meanwhile nothing is mixed.
    INSERT INTO orders (id, merchant_id, plan_id, channel, state, amount_fen, credits, days, access, idempotency_key,
      request_hash, created_at, expires_at, trace, plan_name_zh, plan_name_en)
    SELECT p_order_id, p_merchant_id, id, p_channel, 'pending', amount_fen, credits, days, access, p_idempotency_key,
      p_request_hash, p_now, p_expires_at, p_trace, name_zh, name_en
    FROM plans WHERE id = p_plan_id AND on_sale = 1
      AND COALESCE(p_offer = CONCAT_WS('-', amount_fen, credits, days, access), TRUE);
    SELECT id INTO v_order FROM orders WHERE id = p_order_id;
    IF v_order IS NULL THEN
      SELECT amount_fen, credits, days INTO v_amount, v_credits, v_days FROM plans WHERE id = p_plan_id AND on_sale = 1;
      SET v_outcome = IF(v_amount IS NULL, 'no_plan', 'plan_changed');
    END IF;
  END IF;
  IF v_outcome IN ('created', 'pending') THEN
    -- Also of a key that was answered with an open order: asked again after that one was paid, it must not order anew.
    INSERT INTO order_keys (merchant_id, idempotency_key, request_hash, order_id, created_at)
    VALUES (p_merchant_id, p_idempotency_key, p_request_hash, v_order, p_now);
    SELECT out_trade_no INTO v_attempt FROM order_attempts
    WHERE order_id = v_order AND out_trade_no = CONCAT(v_order, p_suffix);
    IF v_attempt IS NULL THEN
      INSERT INTO order_attempts (out_trade_no, order_id, merchant_id, channel, method, state, query_at, created_at)
      VALUES (CONCAT(v_order, p_suffix), v_order, p_merchant_id, p_channel, p_method, 'open', p_query_at, p_now);
    END IF;
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome, v_order AS order_id, v_amount AS amount_fen, v_credits AS credits, v_days AS days;
END
