-- An operator lets a merchant order from a card of access `whitelist`, or no longer; with its audit row, once a key. Also before the card is
-- such a one, so that a list can be ready when it becomes one.
-- outcome: done | replayed | conflict | unknown | no_card
CREATE PROCEDURE set_card_merchant_v1(
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_card_id VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_allowed TINYINT,
  IN p_reason VARCHAR(80) CHARACTER SET utf8mb4,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_seq BIGINT UNSIGNED;
  DECLARE v_merchant VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_card VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_state, v_noted, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  CALL note_write_v1(p_operator_id, 'set-card-merchant', p_card_id, p_reason,
    CONCAT('{"merchantId":"', p_merchant_id, '","allowed":', p_allowed, '}'),
    p_idempotency_key, p_request_hash, p_request_id, p_now, v_seq, v_noted);
  SELECT id, state INTO v_merchant, v_state FROM merchants WHERE id = p_merchant_id FOR UPDATE;
  SELECT id INTO v_card FROM features WHERE id = p_card_id;
  SET v_outcome = CASE
    WHEN v_noted <> 'noted' THEN v_noted
    WHEN v_card IS NULL THEN 'no_card'
    -- Who has deleted the account can only be taken off.
    WHEN v_merchant IS NULL OR (p_allowed = 1 AND v_state = 'deleted') THEN 'unknown'
    ELSE 'done' END;
  IF v_outcome <> 'done' THEN
    ROLLBACK;
    SELECT v_outcome AS outcome;
    LEAVE main;
  END IF;
  IF p_allowed = 1 THEN
    INSERT INTO feature_merchants (feature_id, merchant_id, added_at) VALUES (p_card_id, v_merchant, p_now)
    ON DUPLICATE KEY UPDATE feature_id = p_card_id;
  ELSE
    DELETE FROM feature_merchants WHERE feature_id = p_card_id AND merchant_id = v_merchant;
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome;
END
