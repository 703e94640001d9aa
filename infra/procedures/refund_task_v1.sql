-- Inner: gives a task's credits back, inside the caller's transaction, which holds the account row and the task row.
-- Each refund entry names the deduct entry that it reverses (unique), so credits return once whatever happens.
-- They return to their lot. Only when the ending was our failure and that lot has expired meanwhile do they become a
-- fresh lot, once: credits of a fresh lot go back to it. A revoked lot keeps what returns to it, out of reach.
CREATE PROCEDURE refund_task_v1(
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_ours TINYINT,
  IN p_now DATETIME(3),
  IN p_fresh_expires_at DATETIME(3)
)
BEGIN
  DECLARE v_done TINYINT DEFAULT 0;
  DECLARE v_seq BIGINT UNSIGNED;
  DECLARE v_lot VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_amount INT;
  DECLARE v_access VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_fresh TINYINT;
  DECLARE deductions CURSOR FOR
    SELECT e.seq, e.lot_id, -e.amount, l.access,
      p_ours = 1 AND l.expires_at <= p_now AND l.revoked_at IS NULL AND l.source_key NOT LIKE 'refund:%'
    FROM quota_entries e JOIN quota_lots l ON l.id = e.lot_id
    WHERE e.task_id = p_task_id AND e.kind = 'deduct'
    ORDER BY e.seq;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET v_done = 1;

  OPEN deductions;
  refunds: LOOP
    FETCH deductions INTO v_seq, v_lot, v_amount, v_access, v_fresh;
    IF v_done = 1 THEN LEAVE refunds; END IF;
    IF v_fresh = 1 THEN
      SET v_lot = CONCAT('lot_refund', v_seq);
      INSERT INTO quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at)
      VALUES (v_lot, p_merchant_id, CONCAT('refund:', v_seq), v_access, v_amount, v_amount, p_now, p_fresh_expires_at);
    ELSE
      UPDATE quota_lots SET remaining = remaining + v_amount WHERE id = v_lot;
    END IF;
    INSERT INTO quota_entries (merchant_id, lot_id, kind, amount, task_id, reverses_entry_id, created_at)
    VALUES (p_merchant_id, v_lot, 'refund', v_amount, p_task_id, v_seq, p_now);
  END LOOP;
  CLOSE deductions;
END
