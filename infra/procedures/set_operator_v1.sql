-- Gives the person with this phone a role; the audit row stands with it or not at all. An operator's account is a merchant's own.
-- outcome: created | changed | unchanged | unknown_phone
CREATE PROCEDURE set_operator_v1(
  IN p_phone VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_role VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_name VARCHAR(64) CHARACTER SET utf8mb4,
  IN p_actor VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_merchant VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_role, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_name VARCHAR(64) CHARACTER SET utf8mb4;
  DECLARE v_ended DATETIME(3);
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  SELECT id INTO v_merchant FROM merchants WHERE phone = p_phone FOR UPDATE;
  SELECT role, name, ended_at INTO v_role, v_name, v_ended FROM operators WHERE merchant_id = v_merchant;
  SET v_outcome = CASE
    WHEN v_merchant IS NULL THEN 'unknown_phone'
    WHEN v_role IS NULL THEN 'created'
    WHEN v_role = p_role AND v_name = p_name AND v_ended IS NULL THEN 'unchanged'
    ELSE 'changed' END;
  IF v_outcome = 'created' THEN
    INSERT INTO operators (merchant_id, role, name, created_at) VALUES (v_merchant, p_role, p_name, p_now);
  ELSEIF v_outcome = 'changed' THEN
    UPDATE operators SET role = p_role, name = p_name, ended_at = NULL WHERE merchant_id = v_merchant;
  END IF;
  IF v_outcome IN ('created', 'changed') THEN
    INSERT INTO audit_log (actor, action, target, reason, details_json, request_id, created_at)
    VALUES (p_actor, 'create-operator', v_merchant, '',
      CONCAT('{"role":"', p_role, '","before":', IF(v_role IS NULL OR v_ended IS NOT NULL, 'null', CONCAT('"', v_role, '"')), '}'),
      p_request_id, p_now);
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome;
END
