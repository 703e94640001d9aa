-- An operator gives a merchant a role at the console, another one, or takes it away ('none'); with its audit row, once a key. A second factor that
-- was shown before does not count after it. Whoever does it is an operator then and there, and nobody changes their own role: of any number who
-- take roles away at once, one is always left.
-- outcome: done | replayed | conflict | own | not_operator | unknown
CREATE PROCEDURE set_operator_role_v1(
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_role VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_name VARCHAR(64) CHARACTER SET utf8mb4,
  IN p_details TEXT CHARACTER SET utf8mb4,
  IN p_reason VARCHAR(80) CHARACTER SET utf8mb4,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_seq BIGINT UNSIGNED;
  DECLARE v_account, v_first, v_second, v_locked VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_noted, v_outcome, v_own, v_role VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  CALL note_write_v1(p_operator_id, 'set-operator', p_merchant_id, p_reason, p_details,
    p_idempotency_key, p_request_hash, p_request_id, p_now, v_seq, v_noted);
  SELECT merchant_id INTO v_account FROM accounts WHERE merchant_id = p_merchant_id AND closed_at IS NULL FOR UPDATE;
  -- Both rows, in the order of their ids: two who would end each other meet at the first.
  SET v_first = LEAST(p_operator_id, p_merchant_id);
  SET v_second = GREATEST(p_operator_id, p_merchant_id);
  SELECT merchant_id INTO v_locked FROM operators WHERE merchant_id = v_first FOR UPDATE;
  SELECT merchant_id INTO v_locked FROM operators WHERE merchant_id = v_second FOR UPDATE;
  SELECT role INTO v_own FROM operators WHERE merchant_id = p_operator_id AND ended_at IS NULL;
  SELECT role INTO v_role FROM operators WHERE merchant_id = p_merchant_id AND ended_at IS NULL;
  SET v_outcome = CASE
    WHEN v_noted <> 'noted' THEN v_noted
    WHEN p_merchant_id = p_operator_id THEN 'own'
    WHEN NOT (v_own <=> 'operator') THEN 'not_operator'
    WHEN v_account IS NULL OR (p_role = 'none' AND v_role IS NULL) THEN 'unknown'
    ELSE 'done' END;
  IF v_outcome <> 'done' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome;
    LEAVE main;
  END IF;
  IF p_role = 'none' THEN
    UPDATE operators SET ended_at = p_now WHERE merchant_id = p_merchant_id;
  ELSE
    INSERT INTO operators (merchant_id, role, name, created_at) VALUES (p_merchant_id, p_role, p_name, p_now)
    ON DUPLICATE KEY UPDATE role = p_role, name = p_name, ended_at = NULL;
  END IF;
  UPDATE operator_step_ups SET expires_at = p_now WHERE merchant_id = p_merchant_id AND expires_at > p_now;
  COMMIT;
  SELECT v_outcome AS outcome;
END
