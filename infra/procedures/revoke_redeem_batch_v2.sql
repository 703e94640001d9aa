-- Ends a batch: what is not redeemed stays so; what was redeemed is the merchants'. With its audit row, once a key. A batch that another call has
-- ended before is as it was wanted: it keeps its time, and its one row.
-- outcome: revoked | replayed | conflict | unchanged | unknown
CREATE PROCEDURE revoke_redeem_batch_v2(
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_batch_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_reason VARCHAR(80) CHARACTER SET utf8mb4,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_seq BIGINT UNSIGNED;
  DECLARE v_batch VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_noted, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_revoked DATETIME(3);
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  CALL note_write_v1(p_operator_id, 'revoke-redeem-batch', p_batch_id, p_reason, '{}',
    p_idempotency_key, p_request_hash, p_request_id, p_now, v_seq, v_noted);
  SELECT id, revoked_at INTO v_batch, v_revoked FROM redeem_batches WHERE id = p_batch_id FOR UPDATE;
  SET v_outcome = CASE
    WHEN v_noted <> 'noted' THEN v_noted
    WHEN v_batch IS NULL THEN 'unknown'
    WHEN v_revoked IS NOT NULL THEN 'unchanged'
    ELSE 'revoked' END;
  IF v_outcome <> 'revoked' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome, v_revoked AS revoked_at;
    LEAVE main;
  END IF;
  UPDATE redeem_batches SET revoked_at = p_now WHERE id = p_batch_id;
  COMMIT;
  SELECT v_outcome AS outcome, p_now AS revoked_at;
END
