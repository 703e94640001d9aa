-- Takes one call from a bucket that lets p_limit calls pass at once and refills one every p_window_ms / p_limit (GCRA):
-- tat_ms is the time at which the bucket will be full again. Refused calls cost nothing.
-- outcome: allowed | limited
CREATE PROCEDURE take_rate_v1(
  IN p_bucket VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now_ms BIGINT,
  IN p_limit INT,
  IN p_window_ms BIGINT
)
BEGIN
  DECLARE v_tat, v_next BIGINT;
  DECLARE v_step BIGINT DEFAULT CEIL(p_window_ms / p_limit);
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  -- Makes the row or locks it; a SELECT FOR UPDATE of a row that is not there yet would lock nothing.
  INSERT INTO rate_limits (bucket, tat_ms, expires_at)
  VALUES (p_bucket, p_now_ms, FROM_UNIXTIME((p_now_ms + p_window_ms) / 1000))
  ON DUPLICATE KEY UPDATE bucket = p_bucket;
  SELECT tat_ms INTO v_tat FROM rate_limits WHERE bucket = p_bucket FOR UPDATE;
  SET v_tat = GREATEST(v_tat, p_now_ms), v_next = v_tat + v_step;
  IF v_next - p_now_ms <= p_limit * v_step THEN
    UPDATE rate_limits SET tat_ms = v_next, expires_at = FROM_UNIXTIME((v_next + p_window_ms) / 1000)
    WHERE bucket = p_bucket;
    COMMIT;
    SELECT 'allowed' AS outcome, (p_limit * v_step - (v_next - p_now_ms)) DIV v_step AS remaining,
      v_next - p_now_ms AS full_in_ms, 0 AS retry_in_ms;
  ELSE
    COMMIT;
    SELECT 'limited' AS outcome, 0 AS remaining,
      v_tat - p_now_ms AS full_in_ms, v_next - p_now_ms - p_limit * v_step AS retry_in_ms;
  END IF;
END
