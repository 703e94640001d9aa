-- A batch of codes, with its audit row. p_code_hashes and p_hints: 64 and 4 characters of each code, one after the other; the
-- codes themselves never come here. A key that comes again makes nothing, and its codes cannot be shown again.
-- outcome: created | shown | conflict
CREATE PROCEDURE create_redeem_batch_v1(
  IN p_batch_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_name VARCHAR(40) CHARACTER SET utf8mb4,
  IN p_codes INT,
  IN p_credits INT,
  IN p_days INT,
  IN p_access VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_uses INT,
  IN p_expires_at DATETIME(3),
  IN p_code_hashes MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin,
  IN p_hints MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin,
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_reason VARCHAR(80) CHARACTER SET utf8mb4,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_batch VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_n INT DEFAULT 0;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  -- Of two with one key the second waits for the first here, and then finds its row.
  INSERT IGNORE INTO redeem_batches (id, name, codes, credits, days, access, uses, expires_at, created_by, idempotency_key,
    request_hash, created_at)
  VALUES (p_batch_id, p_name, p_codes, p_credits, p_days, p_access, p_uses, p_expires_at, p_operator_id, p_idempotency_key,
    p_request_hash, p_now);
  SELECT id, request_hash INTO v_batch, v_hash
  FROM redeem_batches WHERE created_by = p_operator_id AND idempotency_key = p_idempotency_key;
  IF NOT (v_batch <=> p_batch_id) THEN
    ROLLBACK;
    SELECT IF(v_hash = p_request_hash, 'shown', 'conflict') AS outcome;
    LEAVE main;
  END IF;
  WHILE v_n < p_codes DO
    INSERT INTO redeem_codes (code_hash, batch_id, n, hint)
    VALUES (SUBSTRING(p_code_hashes, v_n * 64 + 1, 64), p_batch_id, v_n + 1, SUBSTRING(p_hints, v_n * 4 + 1, 4));
    SET v_n = v_n + 1;
  END WHILE;
  INSERT INTO audit_log (actor, action, target, reason, details_json, request_id, created_at)
  VALUES (p_operator_id, 'create-redeem-batch', p_batch_id, p_reason,
    CONCAT('{"codes":', p_codes, ',"credits":', p_credits, ',"days":', p_days, ',"uses":', p_uses, ',"access":"', p_access, '"}'),
    p_request_id, p_now);
  COMMIT;
  SELECT 'created' AS outcome;
END
