-- An operator has issued the invoice that was asked for, or rejects it; with its audit row, once a key. What was issued must amount to
-- what was paid less what went back: the order is locked, so that no refund comes between.
-- outcome: done | replayed | conflict | unknown | over | changed
CREATE PROCEDURE fulfil_invoice_v1(
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_order_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_amount_fen INT,
  IN p_invoice_number VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_reason VARCHAR(80) CHARACTER SET utf8mb4,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_seq BIGINT UNSIGNED;
  DECLARE v_order, v_payment VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_noted, v_state, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_paid, v_refunded INT;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  CALL note_write_v1(p_operator_id, 'fulfil-invoice', p_order_id, p_reason,
    CONCAT('{"state":"', p_state, '","amountFen":', p_amount_fen, ',"invoiceNumber":"', COALESCE(p_invoice_number, ''), '"}'),
    p_idempotency_key, p_request_hash, p_request_id, p_now, v_seq, v_noted);
  SELECT id INTO v_order FROM orders WHERE id = p_order_id FOR UPDATE;
  SELECT state INTO v_state FROM invoice_requests WHERE order_id = v_order FOR UPDATE;
  SELECT id, amount_fen INTO v_payment, v_paid FROM payments WHERE order_id = v_order AND disposition = 'granted';
  SELECT COALESCE(SUM(amount_fen), 0) INTO v_refunded FROM refunds WHERE payment_id = v_payment AND state <> 'closed';
  SET v_outcome = CASE
    WHEN v_noted <> 'noted' THEN v_noted
    WHEN v_state IS NULL THEN 'unknown'
    WHEN v_state <> 'requested' THEN 'over'
    WHEN p_state = 'issued' AND v_paid - v_refunded <> p_amount_fen THEN 'changed'
    ELSE 'done' END;
  IF v_outcome <> 'done' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome;
    LEAVE main;
  END IF;
  -- Of a rejected one nobody has looked at the amount.
  UPDATE invoice_requests
  SET state = p_state, amount_fen = IF(p_state = 'issued', p_amount_fen, amount_fen), invoice_number = p_invoice_number,
    ended_at = p_now
  WHERE order_id = v_order;
  COMMIT;
  SELECT v_outcome AS outcome;
END
