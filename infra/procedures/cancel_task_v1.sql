-- outcome: canceled | running | ended | unknown
CREATE PROCEDURE cancel_task_v1(
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
BEGIN
  DECLARE v_account, v_task VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_state, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  SELECT merchant_id INTO v_account FROM accounts WHERE merchant_id = p_merchant_id FOR UPDATE;
  -- Looked up before it is locked: whoever names the task of another must not lock that merchant's row, nor wait for it.
  SELECT id INTO v_task FROM tasks WHERE id = p_task_id AND merchant_id = p_merchant_id;
  SELECT state INTO v_state FROM tasks WHERE id = v_task FOR UPDATE;
  SET v_outcome = CASE
    WHEN v_state IS NULL THEN 'unknown'
    WHEN v_state IN ('awaiting_upload', 'queued') THEN 'canceled'
    WHEN v_state = 'processing' THEN 'running'
    ELSE 'ended' END;
  IF v_outcome = 'canceled' THEN
    CALL end_task_v1(p_merchant_id, p_task_id, 'canceled', 'CANCELED_BY_MERCHANT', 0, p_now, p_now);
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome, v_state AS state;
END
