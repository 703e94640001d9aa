-- Everything that reports a payment ends here, and grants once: notify, query and bill alike. A payment that comes after
-- the order ran out is granted all the same, for the merchant has paid its price; a second payment of one order is kept
-- as due for refund.
-- outcome: granted | duplicate | refund_due | amount_mismatch | wrong_channel | unknown
CREATE PROCEDURE settle_order_v1(
  IN p_order_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_channel VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_transaction_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_amount_fen INT UNSIGNED,
  IN p_paid_at DATETIME(3),
  IN p_source VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_payment_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_lot_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_merchant, v_plan, v_payment VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_channel, v_state, v_access, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_amount, v_credits, v_days INT;
  DECLARE v_ends, v_from DATETIME(3);
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  SELECT merchant_id, plan_id, channel, state, amount_fen, credits, days, access
  INTO v_merchant, v_plan, v_channel, v_state, v_amount, v_credits, v_days, v_access
  FROM orders WHERE id = p_order_id FOR UPDATE;
  SELECT id INTO v_payment FROM payments WHERE channel = p_channel AND transaction_id = p_transaction_id;
  SET v_outcome = CASE
    WHEN v_state IS NULL THEN 'unknown'
    WHEN v_payment IS NOT NULL THEN 'duplicate'
    WHEN v_channel <> p_channel THEN 'wrong_channel'
    WHEN v_amount <> p_amount_fen THEN 'amount_mismatch'
    WHEN v_state = 'paid' THEN 'refund_due'
    ELSE 'granted' END;
  IF v_outcome NOT IN ('granted', 'refund_due') THEN
    ROLLBACK;
    SELECT v_outcome AS outcome, v_merchant AS merchant_id;
    LEAVE main;
  END IF;

  INSERT INTO payments (id, order_id, merchant_id, channel, transaction_id, amount_fen, source, disposition, paid_at, created_at)
  VALUES (p_payment_id, p_order_id, v_merchant, p_channel, p_transaction_id, p_amount_fen, p_source, v_outcome, p_paid_at, p_now);
  IF v_outcome = 'granted' THEN
    SELECT membership_from_at, membership_ends_at INTO v_from, v_ends
    FROM accounts WHERE merchant_id = v_merchant FOR UPDATE;
    SET v_from = IF(v_ends IS NULL OR v_ends <= p_now, p_now, v_from);
    SET v_ends = IF(v_ends IS NULL OR v_ends <= p_now, p_now, v_ends) + INTERVAL v_days DAY;
    UPDATE orders SET state = 'paid', paid_at = p_paid_at WHERE id = p_order_id;
    INSERT INTO quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at)
    VALUES (p_lot_id, v_merchant, CONCAT('pay:', p_channel, ':', p_order_id), v_access, v_credits, v_credits, p_now, v_ends);
    INSERT INTO quota_entries (merchant_id, lot_id, kind, amount, order_id, source_key, created_at)
    VALUES (v_merchant, p_lot_id, 'grant', v_credits, p_order_id, CONCAT('pay:', p_channel, ':', p_order_id), p_now);
    UPDATE accounts SET plan_id = v_plan, membership_from_at = v_from, membership_ends_at = v_ends
    WHERE merchant_id = v_merchant;
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome, v_merchant AS merchant_id;
END
