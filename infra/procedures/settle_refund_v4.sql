-- News of a refund, by answer, query, notify or bill. What the channel refused for good gives the credits back: the refund
-- entry names the revoke entry that it reverses, so they return once; those that were frozen before stay so. An ended refund never changes. ownerless: closed, but its
-- merchant has deleted the account; the credits stay out of reach, and a case says that the money is still here.
-- trace: of the request that asked for it, else of the one that ordered; NULL: none is known.
-- outcome: succeeded | closed | ownerless | noted | ended | contradicted (the money is back after all that had been closed) | unknown
CREATE PROCEDURE settle_refund_v4(
  IN p_refund_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_error_code VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_next_at DATETIME(3),
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_order, v_merchant, v_lot VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_state, v_kind, v_channel, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_trace, v_ordered VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_credits, v_standing, v_amount INT;
  DECLARE v_frozen TINYINT;
  DECLARE v_seq BIGINT UNSIGNED;
  DECLARE v_closed DATETIME(3);
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  SELECT order_id INTO v_order FROM refunds WHERE id = p_refund_id;
  START TRANSACTION;
  SELECT id, channel, trace INTO v_order, v_channel, v_ordered FROM orders WHERE id = v_order FOR UPDATE;
  SELECT merchant_id, state, kind, credits, amount_fen, trace, of_frozen
  INTO v_merchant, v_state, v_kind, v_credits, v_amount, v_trace, v_frozen
  FROM refunds WHERE id = p_refund_id;
  SET v_outcome = CASE
    WHEN v_state IS NULL THEN 'unknown'
    WHEN v_state = 'closed' AND p_state = 'succeeded' THEN 'contradicted'
    WHEN v_state IN ('succeeded', 'closed') THEN 'ended'
    WHEN p_state IN ('succeeded', 'closed') THEN p_state
    ELSE 'noted' END;
  IF v_outcome IN ('unknown', 'ended', 'contradicted') THEN
    ROLLBACK;
    SELECT v_outcome AS outcome, COALESCE(v_trace, v_ordered) AS trace;
    LEAVE main;
  END IF;

  UPDATE refunds
  SET state = p_state, error_code = p_error_code, next_at = IF(v_outcome = 'noted', p_next_at, NULL),
    ended_at = IF(v_outcome = 'noted', NULL, p_now)
  WHERE id = p_refund_id;
  IF v_outcome = 'closed' AND v_kind <> 'second_payment' THEN
    SELECT merchant_id, closed_at INTO v_merchant, v_closed FROM accounts WHERE merchant_id = v_merchant FOR UPDATE;
    SET v_outcome = IF(v_closed IS NULL, 'closed', 'ownerless');
    SELECT COUNT(*) INTO v_standing FROM refunds
    WHERE order_id = v_order AND state <> 'closed' AND kind <> 'second_payment';
    SELECT id INTO v_lot FROM quota_lots
    WHERE merchant_id = v_merchant AND source_key = CONCAT('pay:', v_channel, ':', v_order);
    SELECT seq INTO v_seq FROM quota_entries
    WHERE merchant_id = v_merchant AND source_key = CONCAT('revoke:', p_refund_id);
    IF v_seq IS NOT NULL THEN
      UPDATE quota_lots SET remaining = remaining + v_credits WHERE id = v_lot;
      INSERT INTO quota_entries (merchant_id, lot_id, kind, amount, order_id, reverses_entry_id, created_at)
      VALUES (v_merchant, v_lot, 'refund', v_credits, v_order, v_seq, p_now);
    END IF;
    UPDATE quota_lots SET revoked_at = NULL WHERE id = v_lot AND v_standing = 0 AND v_frozen = 0 AND v_closed IS NULL;
    CALL set_membership_v2(v_merchant, p_now);
    IF v_outcome = 'ownerless' THEN
      INSERT IGNORE INTO reconciliation_cases (id, class, channel, subject, order_id, actual_fen, state, remedy, created_at)
      VALUES (CONCAT('cas_', SUBSTRING(p_refund_id, 5)), 'paid_not_granted', v_channel, p_refund_id, v_order, v_amount, 'open', 'held',
        p_now);
    END IF;
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome, COALESCE(v_trace, v_ordered) AS trace;
END
