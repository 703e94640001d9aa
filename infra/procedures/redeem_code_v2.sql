-- One use of a code becomes one lot. Each merchant uses a code once, however many uses it has; a key answers with what it was
-- answered with before. The code and its batch are nobody's: they are locked after everything of the merchant's that is there.
-- outcome: redeemed | replayed | conflict | no_account | unknown | over | already_yours | used_up
CREATE PROCEDURE redeem_code_v2(
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_code_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_new_lot_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_account, v_lot, v_batch VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_access, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_source VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_n, v_used, v_uses, v_credits, v_days, v_mine INT DEFAULT 0;
  DECLARE v_expires, v_revoked DATETIME(3);
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  SELECT merchant_id INTO v_account FROM accounts WHERE merchant_id = p_merchant_id AND closed_at IS NULL FOR UPDATE;
  SELECT code_hash, lot_id INTO v_hash, v_lot
  FROM redemptions WHERE merchant_id = p_merchant_id AND idempotency_key = p_idempotency_key;
  SELECT COUNT(*) INTO v_mine FROM redemptions WHERE merchant_id = p_merchant_id AND code_hash = p_code_hash;
  IF v_account IS NOT NULL AND v_hash IS NULL THEN
    SELECT batch_id, n, used INTO v_batch, v_n, v_used FROM redeem_codes WHERE code_hash = p_code_hash FOR UPDATE;
    -- Shared: codes of one batch are redeemed side by side, but none while it is being revoked.
    SELECT credits, days, access, uses, expires_at, revoked_at INTO v_credits, v_days, v_access, v_uses, v_expires, v_revoked
    FROM redeem_batches WHERE id = v_batch LOCK IN SHARE MODE;
  END IF;
  SET v_outcome = CASE
    WHEN v_account IS NULL THEN 'no_account'
    WHEN v_hash IS NOT NULL THEN IF(v_hash = p_code_hash, 'replayed', 'conflict')
    WHEN v_batch IS NULL THEN 'unknown'
    WHEN v_mine > 0 THEN 'already_yours'
    WHEN v_revoked IS NOT NULL OR v_expires <= p_now THEN 'over'
    WHEN v_used >= v_uses THEN 'used_up'
    ELSE 'redeemed' END;
  IF v_outcome <> 'redeemed' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome, v_lot AS lot_id;
    LEAVE main;
  END IF;

  SET v_source = CONCAT('redeem:', v_batch, ':', v_n, ':', p_merchant_id);
  INSERT INTO quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at)
  VALUES (p_new_lot_id, p_merchant_id, v_source, v_access, v_credits, v_credits, p_now, p_now + INTERVAL v_days DAY);
  INSERT INTO quota_entries (merchant_id, lot_id, kind, amount, source_key, created_at)
  VALUES (p_merchant_id, p_new_lot_id, 'grant', v_credits, v_source, p_now);
  INSERT INTO redemptions (merchant_id, code_hash, batch_id, lot_id, idempotency_key, created_at)
  VALUES (p_merchant_id, p_code_hash, v_batch, p_new_lot_id, p_idempotency_key, p_now);
  UPDATE redeem_codes SET used = used + 1 WHERE code_hash = p_code_hash;
  COMMIT;
  SELECT v_outcome AS outcome, p_new_lot_id AS lot_id;
END
