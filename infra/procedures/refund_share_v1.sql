-- Inner: gives a part of a task's credits back (p_credits, at most what it took), as refund_task_v1 gives back all: what was
-- taken last returns first, each deduction is reversed once, and a lot that has expired meanwhile becomes a fresh one.
CREATE PROCEDURE refund_share_v1(
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_credits INT,
  IN p_now DATETIME(3),
  IN p_fresh_expires_at DATETIME(3)
)
BEGIN
  DECLARE v_left INT DEFAULT p_credits;
  DECLARE v_give, v_amount INT;
  DECLARE v_seq BIGINT UNSIGNED;
  DECLARE v_lot VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_access VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_fresh, v_done TINYINT DEFAULT 0;
  DECLARE deductions CURSOR FOR
    SELECT e.seq, e.lot_id, -e.amount, l.access,
      l.expires_at <= p_now AND l.revoked_at IS NULL AND l.source_key NOT LIKE 'refund:%'
    FROM quota_entries e JOIN quota_lots l ON l.id = e.lot_id
    WHERE e.task_id = p_task_id AND e.kind = 'deduct'
    ORDER BY e.seq DESC;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET v_done = 1;

  OPEN deductions;
  shares: LOOP
    FETCH deductions INTO v_seq, v_lot, v_amount, v_access, v_fresh;
    IF v_done = 1 OR v_left = 0 THEN LEAVE shares; END IF;
    SET v_give = LEAST(v_left, v_amount);
    SET v_left = v_left - v_give;
    IF v_fresh = 1 THEN
      SET v_lot = CONCAT('lot_refund', v_seq);
      INSERT INTO quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at)
      VALUES (v_lot, p_merchant_id, CONCAT('refund:', v_seq), v_access, v_give, v_give, p_now, p_fresh_expires_at);
    ELSE
      UPDATE quota_lots SET remaining = remaining + v_give WHERE id = v_lot;
    END IF;
    INSERT INTO quota_entries (merchant_id, lot_id, kind, amount, task_id, reverses_entry_id, created_at)
    VALUES (p_merchant_id, v_lot, 'refund', v_give, p_task_id, v_seq, p_now);
  END LOOP;
  CLOSE deductions;
  IF v_left > 0 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a share is larger than what the task took'; END IF;
END
