-- An operator saves a plan as the version after the one that was seen, or makes one (p_base_version 0), with its audit row, once a key. Orders
-- keep what they were ordered at.
-- outcome: saved | replayed | conflict | changed
CREATE PROCEDURE save_plan_v1(
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_plan_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_base_version INT UNSIGNED,
  IN p_name_zh VARCHAR(64) CHARACTER SET utf8mb4,
  IN p_name_en VARCHAR(64) CHARACTER SET utf8mb4,
  IN p_amount_fen INT UNSIGNED,
  IN p_credits INT UNSIGNED,
  IN p_days SMALLINT UNSIGNED,
  IN p_access VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_on_sale TINYINT,
  IN p_position SMALLINT,
  IN p_details TEXT CHARACTER SET utf8mb4,
  IN p_reason VARCHAR(80) CHARACTER SET utf8mb4,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_seq BIGINT UNSIGNED;
  DECLARE v_noted, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_version INT UNSIGNED DEFAULT 0;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  -- Of two who make the same plan at once the second meets the first's row.
  DECLARE CONTINUE HANDLER FOR 1062 SET v_outcome = 'changed';
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  CALL note_write_v1(p_operator_id, 'save-plan', p_plan_id, p_reason, p_details,
    p_idempotency_key, p_request_hash, p_request_id, p_now, v_seq, v_noted);
  SELECT version INTO v_version FROM plans WHERE id = p_plan_id FOR UPDATE;
  SET v_outcome = CASE
    WHEN v_noted <> 'noted' THEN v_noted
    WHEN v_version <> p_base_version THEN 'changed'
    ELSE 'saved' END;
  IF v_outcome = 'saved' AND p_base_version = 0 THEN
    INSERT INTO plans (id, name_zh, name_en, amount_fen, credits, days, access, on_sale, position)
    VALUES (p_plan_id, p_name_zh, p_name_en, p_amount_fen, p_credits, p_days, p_access, p_on_sale, p_position);
  ELSEIF v_outcome = 'saved' THEN
    UPDATE plans SET name_zh = p_name_zh, name_en = p_name_en, amount_fen = p_amount_fen, credits = p_credits, days = p_days,
      access = p_access, on_sale = p_on_sale, position = p_position, version = p_base_version + 1
    WHERE id = p_plan_id;
  END IF;
  IF v_outcome <> 'saved' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome;
    LEAVE main;
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome;
END
