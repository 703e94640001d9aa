-- What its channel calls closed is closed here: one number of an order, and with the last of its numbers the order, once its
-- time is over. The order is locked first: two numbers that close at once must each see whether the other one is left.
-- outcome: closed | unchanged (paid, or closed before) | unknown
CREATE PROCEDURE close_attempt_v1(
  IN p_out_trade_no VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_order VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_state, v_attempt VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_expires DATETIME(3);
  DECLARE v_open INT;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  SELECT order_id INTO v_order FROM order_attempts WHERE out_trade_no = p_out_trade_no;
  START TRANSACTION;
  SELECT state, expires_at INTO v_state, v_expires FROM orders WHERE id = v_order FOR UPDATE;
  SELECT state INTO v_attempt FROM order_attempts WHERE out_trade_no = p_out_trade_no;
  IF v_attempt = 'open' THEN
    UPDATE order_attempts SET state = 'closed', query_at = NULL WHERE out_trade_no = p_out_trade_no;
    SELECT COUNT(*) INTO v_open FROM order_attempts WHERE order_id = v_order AND state = 'open';
    IF v_open = 0 AND v_state = 'pending' AND v_expires <= p_now THEN
      UPDATE orders SET state = 'closed', closed_at = p_now WHERE id = v_order;
    END IF;
  END IF;
  COMMIT;
  SELECT CASE WHEN v_attempt IS NULL THEN 'unknown' WHEN v_attempt = 'open' THEN 'closed' ELSE 'unchanged' END AS outcome;
END
