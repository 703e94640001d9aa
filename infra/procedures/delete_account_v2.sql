-- Ends an account for good: the code that its own phone was sent is used up, what is under way is canceled with its credits back, every
-- live lot is taken out of reach, the account is closed, every session ends, and the phone is taken off the row. Orders, payments, refunds
-- and the ledger stay; what else is personal is erased by whoever follows `account_deletions`. Asked again, it is deleted still.
-- outcome: deleted | phone_differs | wrong | expired | tries_exceeded | suspended | order_open
CREATE PROCEDURE delete_account_v2(
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_phone VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_code_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_former_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3),
  IN p_forget_at DATETIME(3)
)
main: BEGIN
  DECLARE v_account, v_code, v_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_phone, v_state, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_tries, v_remaining INT;
  DECLARE v_tasks, v_credits INT DEFAULT 0;
  DECLARE v_expires, v_used, v_ended, v_closed DATETIME(3);
  DECLARE v_open, v_done TINYINT DEFAULT 0;
  DECLARE open_tasks CURSOR FOR SELECT id FROM tasks WHERE merchant_id = p_merchant_id AND ended_at IS NULL ORDER BY id;
  DECLARE live_lots CURSOR FOR
    SELECT id, remaining FROM quota_lots
    WHERE merchant_id = p_merchant_id AND revoked_at IS NULL AND expires_at > p_now ORDER BY expires_at, id;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET v_done = 1;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  -- As in signing in, the code comes first.
  SELECT id, code_hash, tries, expires_at, used_at INTO v_code, v_hash, v_tries, v_expires, v_used
  FROM login_codes WHERE phone = p_phone ORDER BY created_at DESC, id DESC LIMIT 1 FOR UPDATE;
  SELECT merchant_id INTO v_account FROM accounts WHERE merchant_id = p_merchant_id FOR UPDATE;
  SELECT phone, state INTO v_phone, v_state FROM merchants WHERE id = v_account;
  -- Also one whose time is over: until its channel has closed its last number, it may have been paid.
  SELECT 1 INTO v_open FROM orders o JOIN order_attempts a ON a.order_id = o.id
  WHERE o.merchant_id = p_merchant_id AND o.state = 'pending' AND a.state = 'open' LIMIT 1;
  SET v_outcome = CASE
    WHEN v_state = 'deleted' THEN 'deleted'
    WHEN v_state IS NULL OR v_state <> 'active' THEN 'suspended'
    WHEN v_phone <> p_phone THEN 'phone_differs'
    WHEN v_code IS NULL OR v_used IS NOT NULL OR v_expires <= p_now THEN 'expired'
    WHEN v_tries >= 5 THEN 'tries_exceeded'
    WHEN v_hash <> p_code_hash THEN 'wrong'
    WHEN v_open = 1 THEN 'order_open'
    ELSE 'deleted' END;
  IF v_outcome = 'wrong' THEN
    UPDATE login_codes SET tries = v_tries + 1 WHERE id = v_code;
  END IF;
  IF v_outcome <> 'deleted' OR v_state = 'deleted' THEN
    SELECT canceled_tasks, forfeited_credits INTO v_tasks, v_credits
    FROM account_deletions WHERE merchant_id = p_merchant_id;
    COMMIT;
    SELECT v_outcome AS outcome, v_tasks AS tasks, v_credits AS credits;
    LEAVE main;
  END IF;
  UPDATE login_codes SET used_at = p_now WHERE id = v_code;

  SET v_done = 0;
  OPEN open_tasks;
  ending: LOOP
    FETCH open_tasks INTO v_id;
    IF v_done = 1 THEN LEAVE ending; END IF;
    -- Whoever finishes a last unit holds the task's row alone: it may have succeeded since the list was read, and then it stays so.
    SELECT ended_at INTO v_ended FROM tasks WHERE id = v_id FOR UPDATE;
    IF v_ended IS NULL THEN
      CALL end_task_v1(p_merchant_id, v_id, 'canceled', 'CANCELED_BY_MERCHANT', 0, p_now, p_now);
      SET v_tasks = v_tasks + 1;
    END IF;
  END LOOP;
  CLOSE open_tasks;

  -- Whoever came in first may have begun later: no lot is revoked before what was last taken from it.
  SELECT GREATEST(p_now, COALESCE(MAX(created_at), p_now)) INTO v_closed FROM quota_entries WHERE merchant_id = p_merchant_id;
  SET v_done = 0;
  OPEN live_lots;
  taking: LOOP
    FETCH live_lots INTO v_id, v_remaining;
    IF v_done = 1 THEN LEAVE taking; END IF;
    UPDATE quota_lots SET remaining = 0, revoked_at = v_closed WHERE id = v_id;
    IF v_remaining > 0 THEN
      INSERT INTO quota_entries (merchant_id, lot_id, kind, amount, source_key, created_at)
      VALUES (p_merchant_id, v_id, 'revoke', -v_remaining, CONCAT('revoke:', v_id), p_now);
      SET v_credits = v_credits + v_remaining;
    END IF;
  END LOOP;
  CLOSE live_lots;
  CALL set_membership_v2(p_merchant_id, p_now);
  -- An access token lives on for minutes: from now on there is no account for whoever orders, redeems or is given something.
  UPDATE accounts SET closed_at = v_closed WHERE merchant_id = p_merchant_id;

  UPDATE sessions SET revoked_at = COALESCE(revoked_at, p_now), address = '', user_agent = ''
  WHERE merchant_id = p_merchant_id;
  UPDATE consents SET address = '' WHERE merchant_id = p_merchant_id;
  UPDATE operators SET ended_at = p_now WHERE merchant_id = p_merchant_id AND ended_at IS NULL;
  -- No phone has letters; unique as the id is.
  UPDATE merchants SET state = 'deleted', phone = CONCAT('x', LEFT(SHA2(id, 256), 15)) WHERE id = p_merchant_id;
  INSERT INTO account_deletions (merchant_id, phone_hash, canceled_tasks, forfeited_credits, deleted_at, forget_at)
  VALUES (p_merchant_id, p_former_hash, v_tasks, v_credits, p_now, p_forget_at);
  COMMIT;
  SELECT v_outcome AS outcome, v_tasks AS tasks, v_credits AS credits;
END
