-- Stores a code unless a limit is reached. The limits are exact sliding windows over the codes themselves; the rows in
-- rate_limits serve as locks (phone, then address, then the day's budget), so that a burst counts itself.
-- outcome: issued | phone_limited | address_limited | budget_spent; retry_ms: until the limit lets one through
CREATE PROCEDURE issue_login_code_v1(
  IN p_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_phone VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_address VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_code_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3),
  IN p_expires_at DATETIME(3),
  IN p_day VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_day_budget INT
)
main: BEGIN
  DECLARE v_minute, v_hour, v_address DATETIME(3);
  DECLARE v_minute_count, v_hour_count, v_address_count INT;
  DECLARE v_day BIGINT;
  DECLARE v_day_bucket VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin DEFAULT CONCAT('sms-day:', p_day);
  DECLARE v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin DEFAULT 'issued';
  DECLARE v_retry BIGINT DEFAULT 0;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  INSERT INTO rate_limits (bucket, tat_ms, expires_at) VALUES (CONCAT('code-phone:', p_phone), 0, p_now + INTERVAL 1 DAY)
  ON DUPLICATE KEY UPDATE expires_at = p_now + INTERVAL 1 DAY;
  INSERT INTO rate_limits (bucket, tat_ms, expires_at) VALUES (CONCAT('code-address:', p_address), 0, p_now + INTERVAL 1 DAY)
  ON DUPLICATE KEY UPDATE expires_at = p_now + INTERVAL 1 DAY;
  SELECT COUNT(*), MIN(created_at) INTO v_minute_count, v_minute FROM login_codes
  WHERE phone = p_phone AND created_at > p_now - INTERVAL 1 MINUTE;
  SELECT COUNT(*), MIN(created_at) INTO v_hour_count, v_hour FROM login_codes
  WHERE phone = p_phone AND created_at > p_now - INTERVAL 1 HOUR;
  SELECT COUNT(*), MIN(created_at) INTO v_address_count, v_address FROM login_codes
  WHERE address = p_address AND created_at > p_now - INTERVAL 1 HOUR;
  IF v_hour_count >= 5 OR v_minute_count >= 1 THEN
    SET v_outcome = 'phone_limited', v_retry = GREATEST(
      IF(v_hour_count >= 5, TIMESTAMPDIFF(MICROSECOND, p_now, v_hour + INTERVAL 1 HOUR) DIV 1000, 0),
      IF(v_minute_count >= 1, TIMESTAMPDIFF(MICROSECOND, p_now, v_minute + INTERVAL 1 MINUTE) DIV 1000, 0));
  ELSEIF v_address_count >= 20 THEN
    SET v_outcome = 'address_limited', v_retry = TIMESTAMPDIFF(MICROSECOND, p_now, v_address + INTERVAL 1 HOUR) DIV 1000;
  ELSE
    INSERT INTO rate_limits (bucket, tat_ms, expires_at) VALUES (v_day_bucket, 1, p_now + INTERVAL 2 DAY)
    ON DUPLICATE KEY UPDATE tat_ms = tat_ms + 1;
    SELECT tat_ms INTO v_day FROM rate_limits WHERE bucket = v_day_bucket;
    IF v_day > p_day_budget THEN SET v_outcome = 'budget_spent'; END IF;
  END IF;
  IF v_outcome <> 'issued' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome, v_retry AS retry_ms;
    LEAVE main;
  END IF;

  INSERT INTO login_codes (id, phone, address, code_hash, created_at, expires_at)
  VALUES (p_id, p_phone, p_address, p_code_hash, p_now, p_expires_at);
  COMMIT;
  SELECT v_outcome AS outcome, v_retry AS retry_ms;
END
