-- Everything that reports a payment ends here, and grants once: notify, query and bill alike. A payment that comes after
-- the order ran out is granted all the same, for the merchant has paid its price (late: 1); a second payment of one order goes
-- back by itself. Granted, but out of reach until a person has looked: p_hold, somebody has refunded it at the channel before
-- we knew of it; ownerless, its merchant has deleted the account. What a person should know of is a case, written with it: a
-- caller that ends here takes nothing along. By the bill, a payment that stands without its credits is granted again, once.
-- outcome: granted | held | ownerless | duplicate | refund_due | amount_mismatch | wrong_channel | unknown
CREATE PROCEDURE settle_order_v5(
  IN p_out_trade_no VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_channel VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_transaction_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_amount_fen INT UNSIGNED,
  IN p_paid_at DATETIME(3),
  IN p_source VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_hold TINYINT,
  IN p_payment_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_lot_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_refund_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3),
  IN p_payer_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin
)
main: BEGIN
  DECLARE v_order, v_merchant, v_plan, v_payment, v_paid_order, v_granted_by VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_channel, v_state, v_access, v_outcome, v_disposition VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_case VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_trace VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_amount, v_credits, v_days, v_lots, v_entries, v_refunds INT;
  DECLARE v_lost TINYINT DEFAULT 0;
  DECLARE v_ends, v_from, v_lot_ends, v_closed, v_expires DATETIME(3);
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  SELECT order_id, channel INTO v_order, v_channel FROM order_attempts WHERE out_trade_no = p_out_trade_no;
  START TRANSACTION;
  SELECT merchant_id, plan_id, state, amount_fen, credits, days, access, trace, expires_at
  INTO v_merchant, v_plan, v_state, v_amount, v_credits, v_days, v_access, v_trace, v_expires
  FROM orders WHERE id = v_order FOR UPDATE;
  SELECT id, order_id, disposition INTO v_payment, v_paid_order, v_disposition
  FROM payments WHERE channel = p_channel AND transaction_id = p_transaction_id;
  IF p_source = 'bill' AND v_paid_order = v_order AND v_disposition = 'granted' THEN
    SELECT COUNT(*) INTO v_lots
    FROM quota_lots WHERE merchant_id = v_merchant AND source_key = CONCAT('pay:', p_channel, ':', v_order);
    SELECT COUNT(*) INTO v_entries
    FROM quota_entries WHERE merchant_id = v_merchant AND source_key = CONCAT('pay:', p_channel, ':', v_order);
    SELECT COUNT(*) INTO v_refunds FROM refunds WHERE payment_id = v_payment AND state <> 'closed';
    -- An entry without its lot is a book that somebody has torn: a person looks.
    SET v_lost = v_lots + v_entries + v_refunds = 0;
  END IF;
  SET v_outcome = CASE
    WHEN v_state IS NULL THEN 'unknown'
    WHEN v_payment IS NOT NULL AND v_lost = 0 THEN 'duplicate'
    WHEN v_channel <> p_channel THEN 'wrong_channel'
    WHEN v_amount <> p_amount_fen THEN 'amount_mismatch'
    WHEN v_state = 'paid' AND v_lost = 0 THEN 'refund_due'
    WHEN p_hold = 1 THEN 'held'
    ELSE 'granted' END;
  IF v_outcome NOT IN ('granted', 'held', 'refund_due') THEN
    ROLLBACK;
    SELECT v_outcome AS outcome, v_merchant AS merchant_id, v_trace AS trace, 0 AS late;
    LEAVE main;
  END IF;

  IF v_lost = 0 THEN
    INSERT INTO payments (id, order_id, merchant_id, channel, transaction_id, amount_fen, source, disposition, paid_at, created_at,
      out_trade_no, payer_hash)
    VALUES (p_payment_id, v_order, v_merchant, p_channel, p_transaction_id, p_amount_fen, p_source,
      IF(v_outcome = 'refund_due', 'refund_due', 'granted'), p_paid_at, p_now, p_out_trade_no, p_payer_hash);
  END IF;
  UPDATE order_attempts SET state = 'paid', query_at = NULL WHERE out_trade_no = p_out_trade_no;
  IF v_outcome = 'refund_due' THEN
    -- Two payments under one number: the channel could not tell which one is meant, so a person decides. p_hold: it is
    -- back already.
    SELECT out_trade_no INTO v_granted_by FROM payments WHERE order_id = v_order AND disposition = 'granted';
    INSERT INTO refunds (id, merchant_id, order_id, payment_id, kind, state, amount_fen, credits, reason, idempotency_key,
      request_hash, next_at, created_at)
    VALUES (p_refund_id, v_merchant, v_order, p_payment_id, 'second_payment',
      IF(v_granted_by = p_out_trade_no OR p_hold = 1, 'abnormal', 'requested'), p_amount_fen, 0, '重复付款自动退款', p_payment_id,
      REPEAT('0', 64), IF(v_granted_by = p_out_trade_no OR p_hold = 1, NULL, p_now), p_now);
  ELSE
    SELECT membership_from_at, membership_ends_at, closed_at INTO v_from, v_ends, v_closed
    FROM accounts WHERE merchant_id = v_merchant FOR UPDATE;
    IF v_closed IS NOT NULL AND p_hold = 0 THEN SET v_outcome = 'ownerless'; END IF;
    SET v_from = IF(v_ends IS NULL OR v_ends <= p_now, p_now, v_from);
    SET v_lot_ends = IF(v_ends IS NULL OR v_ends <= p_now, p_now, v_ends) + INTERVAL v_days DAY;
    UPDATE orders SET state = 'paid', channel = p_channel, paid_at = p_paid_at WHERE id = v_order;
    INSERT INTO quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at, revoked_at)
    VALUES (p_lot_id, v_merchant, CONCAT('pay:', p_channel, ':', v_order), v_access, v_credits, v_credits, p_now, v_lot_ends,
      IF(v_outcome = 'granted', NULL, p_now));
    INSERT INTO quota_entries (merchant_id, lot_id, kind, amount, order_id, source_key, created_at)
    VALUES (v_merchant, p_lot_id, 'grant', v_credits, v_order, CONCAT('pay:', p_channel, ':', v_order), p_now);
    IF v_outcome = 'granted' THEN
      UPDATE accounts SET plan_id = v_plan, membership_from_at = v_from, membership_ends_at = v_lot_ends
      WHERE merchant_id = v_merchant;
    END IF;
    -- Its other numbers can still be paid: they are closed at their channels at once.
    UPDATE order_attempts SET query_at = p_now WHERE order_id = v_order AND state = 'open';
  END IF;
  SET v_case = CASE
    WHEN v_outcome = 'refund_due' THEN 'paid_twice'
    WHEN v_outcome = 'held' THEN 'refund_differs'
    WHEN v_outcome = 'ownerless' OR p_source = 'bill' THEN 'paid_not_granted' END;
  IF v_case IS NOT NULL THEN
    INSERT IGNORE INTO reconciliation_cases (id, class, channel, subject, order_id, actual_fen, state, remedy, created_at)
    VALUES (CONCAT('cas_', SUBSTRING(p_payment_id, 5)), v_case, p_channel, p_transaction_id, v_order, p_amount_fen, 'open',
      CASE v_outcome WHEN 'granted' THEN 'granted' WHEN 'refund_due' THEN 'refunding' ELSE 'held' END, p_now);
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome, v_merchant AS merchant_id, v_trace AS trace, v_expires <= p_now AND v_lost = 0 AS late;
END
