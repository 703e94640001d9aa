-- An open order of the same plan is answered again, whatever its channel; each way of paying it has a number of its own there
-- (p_suffix), since a number stands for one order of one kind at a channel. What the buyer was shown (p_amount_fen, NULL: not said) is
-- what is ordered: an open order at another price is not theirs to pay, and a plan at another price is not ordered.
-- outcome: created | pending (an unpaid order of this plan is still open: that one) | replayed | conflict | no_plan | price_changed | no_account
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
  IN p_amount_fen INT UNSIGNED
)
main: BEGIN
  DECLARE v_account, v_order, v_attempt VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_amount INT UNSIGNED;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  SELECT merchant_id INTO v_account FROM accounts WHERE merchant_id = p_merchant_id AND closed_at IS NULL FOR UPDATE;
  IF v_account IS NULL THEN
    ROLLBACK;
    SELECT 'no_account' AS outcome, NULL AS order_id, NULL AS amount_fen;
    LEAVE main;
  END IF;
  SELECT order_id, request_hash INTO v_order, v_hash
  FROM order_keys WHERE merchant_id = p_merchant_id AND idempotency_key = p_idempotency_key;
  IF v_order IS NOT NULL THEN
    SET v_outcome = IF(v_hash = p_request_hash, 'replayed', 'conflict');
  ELSE
    SELECT id INTO v_order FROM orders
    WHERE merchant_id = p_merchant_id AND state = 'pending' AND expires_at > p_usable_until AND plan_id = p_plan_id
      AND amount_fen = COALESCE(p_amount_fen, amount_fen)
    ORDER BY expires_at DESC LIMIT 1;
    SET v_outcome = IF(v_order IS NULL, 'created', 'pending');
  END IF;
  IF v_outcome = 'created' THEN
    -- Price and names are read and written by one statement: a plan that is saved meanwhile is ordered as it was, or as it is.
    INSERT INTO orders (id, merchant_id, plan_id, channel, state, amount_fen, credits, days, access, idempotency_key,
      request_hash, created_at, expires_at, trace, plan_name_zh, plan_name_en)
    SELECT p_order_id, p_merchant_id, id, p_channel, 'pending', amount_fen, credits, days, access, p_idempotency_key,
      p_request_hash, p_now, p_expires_at, p_trace, name_zh, name_en
    FROM plans WHERE id = p_plan_id AND on_sale = 1 AND amount_fen = COALESCE(p_amount_fen, amount_fen);
    SELECT id INTO v_order FROM orders WHERE id = p_order_id;
    IF v_order IS NULL THEN
      SELECT amount_fen INTO v_amount FROM plans WHERE id = p_plan_id AND on_sale = 1;
      SET v_outcome = IF(v_amount IS NULL, 'no_plan', 'price_changed');
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
  SELECT v_outcome AS outcome, v_order AS order_id, v_amount AS amount_fen;
END
