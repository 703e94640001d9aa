-- The credits of an order that nobody paid as far as its channel knows are put out of reach, or given back once a person has
-- looked. A frozen lot is a revoked one that still holds its credits. To an account that was deleted nothing is given back.
-- p_lot_id: a lot that only says that it is of this order, whoever has it; NULL: the order's own.
-- outcome: frozen | released | unchanged | unknown
CREATE PROCEDURE freeze_order_v3(
  IN p_order_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_frozen TINYINT,
  IN p_now DATETIME(3),
  IN p_lot_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin
)
main: BEGIN
  DECLARE v_merchant, v_lot VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_channel, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_revoked, v_closed DATETIME(3);
  DECLARE v_standing INT;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  SELECT merchant_id, channel INTO v_merchant, v_channel FROM orders WHERE id = p_order_id FOR UPDATE;
  IF p_lot_id IS NOT NULL THEN
    SELECT merchant_id INTO v_merchant FROM quota_lots WHERE id = p_lot_id;
  END IF;
  SELECT merchant_id, closed_at INTO v_merchant, v_closed FROM accounts WHERE merchant_id = v_merchant FOR UPDATE;
  IF p_lot_id IS NULL THEN
    SELECT id INTO v_lot
    FROM quota_lots WHERE merchant_id = v_merchant AND source_key = CONCAT('pay:', v_channel, ':', p_order_id);
  ELSE
    SET v_lot = p_lot_id;
  END IF;
  SELECT id, revoked_at INTO v_lot, v_revoked FROM quota_lots WHERE id = v_lot FOR UPDATE;
  SELECT COUNT(*) INTO v_standing FROM refunds
  WHERE order_id = p_order_id AND state <> 'closed' AND kind <> 'second_payment';
  SET v_outcome = CASE
    WHEN v_lot IS NULL THEN 'unknown'
    WHEN p_frozen = 1 AND v_revoked IS NULL THEN 'frozen'
    WHEN p_frozen = 0 AND v_revoked IS NOT NULL AND v_standing = 0 AND v_closed IS NULL THEN 'released'
    ELSE 'unchanged' END;
  IF v_outcome IN ('frozen', 'released') THEN
    CALL read_revocation_v1(v_lot, p_now, v_revoked);
    UPDATE quota_lots SET revoked_at = IF(p_frozen = 1, v_revoked, NULL) WHERE id = v_lot;
    CALL set_membership_v2(v_merchant, p_now);
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome;
END
