-- Inner: takes a task's credits from the merchant's live lots, earliest end first, inside the caller's transaction, which holds the account. With
-- p_only_lot, from that lot alone. p_left: what is missing; the caller undoes the rest.
-- Lot by lot: a sum beforehand, or a cursor, is a second walk over the same rows (a third of a create's CPU).
CREATE PROCEDURE spend_credits_v1(
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_credits INT,
  IN p_access VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_only_lot VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3),
  OUT p_left INT
)
spend: BEGIN
  DECLARE v_lot VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_take INT;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;

  SET p_left = p_credits;
  WHILE p_left > 0 DO
    SET v_lot = NULL;
    SELECT id, LEAST(p_left, remaining) INTO v_lot, v_take FROM quota_lots
    WHERE merchant_id = p_merchant_id AND expires_at > p_now AND remaining > 0 AND revoked_at IS NULL
      AND (p_access = 'basic' OR access = p_access) AND (p_only_lot IS NULL OR id = p_only_lot)
    ORDER BY expires_at, id LIMIT 1;
    IF v_lot IS NULL THEN LEAVE spend; END IF;
    UPDATE quota_lots SET remaining = remaining - v_take WHERE id = v_lot;
    INSERT INTO quota_entries (merchant_id, lot_id, kind, amount, task_id, created_at)
    VALUES (p_merchant_id, v_lot, 'deduct', -v_take, p_task_id, p_now);
    SET p_left = p_left - v_take;
  END WHILE;
END
