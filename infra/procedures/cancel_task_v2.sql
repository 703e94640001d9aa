-- The merchant's own wish: a task that has not ended is canceled and refunded, also one that is under way. Its open units are
-- dropped, so whoever works on one has lost the lease, and poll-provider-jobs asks the engines to stop. What an engine was
-- given may be charged to us all the same: of such tasks a merchant may cancel p_limit in p_window_s, the next one is let end.
-- That count is a row of nobody, locked last.
-- outcome: canceled | running | ended | unknown
CREATE PROCEDURE cancel_task_v2(
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3),
  IN p_now_ms BIGINT,
  IN p_limit INT,
  IN p_window_s INT
)
main: BEGIN
  DECLARE v_account, v_task VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_state, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_bucket VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin DEFAULT CONCAT('cancel:', p_merchant_id);
  DECLARE v_step BIGINT DEFAULT p_window_s * 1000 DIV p_limit;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  SELECT merchant_id INTO v_account FROM accounts WHERE merchant_id = p_merchant_id FOR UPDATE;
  -- Looked up before it is locked: whoever names the task of another must not lock that merchant's row, nor wait for it.
  SELECT id INTO v_task FROM tasks WHERE id = p_task_id AND merchant_id = p_merchant_id;
  SELECT state INTO v_state FROM tasks WHERE id = v_task FOR UPDATE;
  SET v_outcome = CASE
    WHEN v_state IS NULL THEN 'unknown'
    WHEN v_state IN ('awaiting_upload', 'queued', 'processing') THEN 'canceled'
    ELSE 'ended' END;
  IF v_outcome = 'canceled' THEN
    CALL end_task_v1(p_merchant_id, p_task_id, 'canceled', 'CANCELED_BY_MERCHANT', 0, p_now, p_now);
    -- An attempt that failed is not charged, and is no reason to wait.
    IF v_state = 'processing' AND EXISTS (SELECT 1 FROM provider_jobs WHERE task_id = p_task_id AND state <> 'failed') THEN
      -- Makes the row or locks it.
      INSERT INTO rate_limits (bucket, tat_ms, expires_at) VALUES (v_bucket, p_now_ms, p_now + INTERVAL p_window_s SECOND)
      ON DUPLICATE KEY UPDATE bucket = v_bucket;
      UPDATE rate_limits SET tat_ms = GREATEST(tat_ms, p_now_ms) + v_step, expires_at = p_now + INTERVAL 2 * p_window_s SECOND
      WHERE bucket = v_bucket AND tat_ms <= p_now_ms + p_window_s * 1000 - v_step;
      IF ROW_COUNT() = 0 THEN
        ROLLBACK;
        SELECT 'running' AS outcome, v_state AS state;
        LEAVE main;
      END IF;
    END IF;
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome, v_state AS state;
END
