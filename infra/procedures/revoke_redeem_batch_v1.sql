-- Ends a batch: what is not redeemed stays so; what was redeemed is the merchants'. The audit row stands with it or not at all.
-- outcome: revoked | unchanged | unknown
CREATE PROCEDURE revoke_redeem_batch_v1(
  IN p_batch_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_reason VARCHAR(80) CHARACTER SET utf8mb4,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
BEGIN
  DECLARE v_batch VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_revoked DATETIME(3);
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  SELECT id, revoked_at INTO v_batch, v_revoked FROM redeem_batches WHERE id = p_batch_id FOR UPDATE;
  SET v_outcome = CASE
    WHEN v_batch IS NULL THEN 'unknown'
    WHEN v_revoked IS NOT NULL THEN 'unchanged'
    ELSE 'revoked' END;
  IF v_outcome = 'revoked' THEN
    SET v_revoked = p_now;
    UPDATE redeem_batches SET revoked_at = p_now WHERE id = p_batch_id;
    INSERT INTO audit_log (actor, action, target, reason, details_json, request_id, created_at)
    VALUES (p_operator_id, 'revoke-redeem-batch', p_batch_id, p_reason, '{}', p_request_id, p_now);
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome, v_revoked AS revoked_at;
END
