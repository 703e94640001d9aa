-- Bookkeeping: what a lot still holds after its end is written off. Nobody could spend it any more, whether this runs or not.
-- outcome: expired | not_due
CREATE PROCEDURE expire_lot_v1(
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_lot_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
BEGIN
  DECLARE v_account, v_outcome VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_remaining INT DEFAULT 0;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  SELECT merchant_id INTO v_account FROM accounts WHERE merchant_id = p_merchant_id FOR UPDATE;
  SELECT remaining INTO v_remaining FROM quota_lots
  WHERE id = p_lot_id AND merchant_id = v_account AND expires_at <= p_now AND revoked_at IS NULL FOR UPDATE;
  SET v_outcome = IF(v_remaining > 0, 'expired', 'not_due');
  IF v_outcome = 'expired' THEN
    UPDATE quota_lots SET remaining = 0 WHERE id = p_lot_id;
    INSERT INTO quota_entries (merchant_id, lot_id, kind, amount, created_at)
    VALUES (p_merchant_id, p_lot_id, 'expire', -v_remaining, p_now);
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome;
END
