-- Takes the credits of a whole batch and creates all of its tasks, or nothing: one transaction, one round trip. Tasks: JSON array
-- of {"taskId", "contentType", "sizeBytes", "name"}, one photo each, at most 100; form and plan are the same for all and were made by
-- the card of p_version. Rates count every task. A known key answers first, whatever else does not fit.
-- outcome: created | rate_limited | card_limited | replayed | conflict | no_feature | closed | changed | invalid_form | no_account | not_a_member | credits_short
CREATE PROCEDURE create_batch_v3(
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_batch_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_feature_id VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_version INT UNSIGNED,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_tasks MEDIUMTEXT CHARACTER SET utf8mb4,
  IN p_form TEXT CHARACTER SET utf8mb4,
  IN p_plan TEXT CHARACTER SET utf8mb4,
  IN p_now DATETIME(3),
  IN p_deadline_at DATETIME(3),
  IN p_sweep_at DATETIME(3),
  IN p_now_ms BIGINT,
  IN p_rate_limit INT,
  IN p_rate_window_ms INT,
  IN p_trace VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin
)
main: BEGIN
  DECLARE v_refusal VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin DEFAULT '';
  DECLARE v_batch VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_task VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_access VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_version, v_credits, v_enabled, v_left, v_card_limit, v_card_window INT;
  DECLARE v_bucket VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_tat, v_cost, v_card_cost BIGINT;
  DECLARE v_photos INT DEFAULT JSON_LENGTH(p_tasks);
  DECLARE v_n INT DEFAULT 0;
  DECLARE v_path VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  SET v_cost = v_photos * (p_rate_window_ms DIV p_rate_limit);
  START TRANSACTION;
  create_it: BEGIN
    UPDATE accounts SET create_tat_ms = GREATEST(create_tat_ms, p_now_ms) + v_cost
    WHERE merchant_id = p_merchant_id AND closed_at IS NULL
      AND GREATEST(create_tat_ms, p_now_ms) + v_cost <= p_now_ms + p_rate_window_ms;
    IF ROW_COUNT() = 0 THEN
      SET v_refusal = 'account';
      LEAVE create_it;
    END IF;

    SELECT version, credits, access, enabled, rate_limit, rate_window_s
    INTO v_version, v_credits, v_access, v_enabled, v_card_limit, v_card_window
    FROM features WHERE id = p_feature_id;
    IF v_access = 'whitelist' THEN
      SET v_access = 'basic';
      IF NOT EXISTS (SELECT 1 FROM feature_merchants WHERE feature_id = p_feature_id AND merchant_id = p_merchant_id) THEN
        SET v_enabled = 0;
      END IF;
    END IF;
    IF v_version IS NULL OR v_enabled = 0 OR v_version <> p_version OR p_plan IS NULL THEN
      SET v_refusal = 'feature';
      LEAVE create_it;
    END IF;

    BEGIN
      DECLARE EXIT HANDLER FOR 1062 SET v_refusal = 'key';
      INSERT INTO batches (id, merchant_id, feature_id, photos, credits, idempotency_key, request_hash, created_at)
      VALUES (p_batch_id, p_merchant_id, p_feature_id, v_photos, v_photos * v_credits, p_idempotency_key, p_request_hash, p_now);
    END;
    IF v_refusal <> '' THEN LEAVE create_it; END IF;

    WHILE v_n < v_photos DO
      SET v_path = CONCAT('$[', v_n, '].');
      SET v_task = JSON_UNQUOTE(JSON_EXTRACT(p_tasks, CONCAT(v_path, 'taskId')));
      INSERT INTO tasks (id, merchant_id, feature_id, feature_version, state, credits, pipeline_json, form_json, step,
        idempotency_key, request_hash, created_at, deadline_at, sweep_at, trace)
      VALUES (v_task, p_merchant_id, p_feature_id, v_version, 'awaiting_upload', v_credits, p_plan, p_form, 0,
        CONCAT('batch:', p_batch_id, ':', v_n), p_request_hash, p_now, p_deadline_at, p_sweep_at, p_trace);
      INSERT INTO task_inputs (task_id, n, merchant_id, content_type, size_bytes, object_key)
      VALUES (v_task, 0, p_merchant_id, JSON_UNQUOTE(JSON_EXTRACT(p_tasks, CONCAT(v_path, 'contentType'))),
        JSON_EXTRACT(p_tasks, CONCAT(v_path, 'sizeBytes')), CONCAT('inputs/', v_task, '/0'));
      INSERT INTO batch_tasks (batch_id, n, merchant_id, task_id, file_name)
      VALUES (p_batch_id, v_n, p_merchant_id, v_task, JSON_UNQUOTE(JSON_EXTRACT(p_tasks, CONCAT(v_path, 'name'))));
      CALL spend_credits_v1(p_merchant_id, v_task, v_credits, v_access, NULL, p_now, v_left);
      IF v_left > 0 THEN
        SET v_refusal = 'credits';
        LEAVE create_it;
      END IF;
      SET v_n = v_n + 1;
    END WHILE;

    IF v_card_limit IS NOT NULL THEN
      SET v_bucket = CONCAT('card:', p_feature_id, ':', p_merchant_id),
        v_card_cost = v_photos * (v_card_window * 1000 DIV v_card_limit);
      INSERT INTO rate_limits (bucket, tat_ms, expires_at) VALUES (v_bucket, p_now_ms, p_now + INTERVAL v_card_window SECOND)
      ON DUPLICATE KEY UPDATE bucket = v_bucket;
      UPDATE rate_limits SET tat_ms = GREATEST(tat_ms, p_now_ms) + v_card_cost, expires_at = p_now + INTERVAL 2 * v_card_window SECOND
      WHERE bucket = v_bucket AND GREATEST(tat_ms, p_now_ms) + v_card_cost <= p_now_ms + v_card_window * 1000;
      IF ROW_COUNT() = 0 THEN
        SET v_refusal = 'card';
        LEAVE create_it;
      END IF;
    END IF;
    COMMIT;
    SELECT 'created' AS outcome, v_photos * v_credits AS credits;
    LEAVE main;
  END;

  ROLLBACK;
  SELECT id, request_hash INTO v_batch, v_hash FROM batches
  WHERE merchant_id = p_merchant_id AND idempotency_key = p_idempotency_key;
  IF v_batch IS NOT NULL THEN
    SELECT IF(v_hash = p_request_hash, 'replayed', 'conflict') AS outcome, v_batch AS batch_id;
  ELSEIF v_refusal = 'account' THEN
    SELECT create_tat_ms INTO v_tat FROM accounts WHERE merchant_id = p_merchant_id AND closed_at IS NULL;
    SELECT IF(v_tat IS NULL, 'no_account', 'rate_limited') AS outcome,
      GREATEST(v_tat, p_now_ms) + v_cost - p_now_ms - p_rate_window_ms AS retry_ms;
  ELSEIF v_refusal = 'card' THEN
    SELECT tat_ms INTO v_tat FROM rate_limits WHERE bucket = v_bucket;
    SELECT 'card_limited' AS outcome,
      GREATEST(0, GREATEST(COALESCE(v_tat, 0), p_now_ms) + v_card_cost - p_now_ms - v_card_window * 1000) AS retry_ms;
  ELSEIF v_refusal = 'feature' THEN
    SELECT CASE WHEN v_version IS NULL THEN 'no_feature' WHEN v_enabled = 0 THEN 'closed'
      WHEN v_version <> p_version THEN 'changed' ELSE 'invalid_form' END AS outcome;
  ELSEIF v_refusal = 'credits' THEN
    SELECT IF(COUNT(*) = 0, 'not_a_member', 'credits_short') AS outcome FROM quota_lots
    WHERE merchant_id = p_merchant_id AND expires_at > p_now AND revoked_at IS NULL
      AND (v_access = 'basic' OR access = v_access);
  ELSE
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'batch id taken';
  END IF;
END
