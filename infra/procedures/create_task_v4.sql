-- Takes the credits and creates the task, in one transaction and one round trip. The account row serialises a merchant's
-- spending; lots are spent earliest expiry first. Inputs: JSON array of {"contentType", "sizeBytes"}; without any, the task
-- is queued at once. The form was validated, and the plan made, by the card of p_version: another one answers `changed`, and
-- no plan (p_plan NULL) means that there was something wrong with the form.
-- With p_take_over, a task that repeats p_retry_of goes on at p_step: what that one has done up to there is taken over, and
-- p_credits, when not NULL, is what the rest costs.
-- At most p_rate_limit tasks in p_rate_window_ms (GCRA), counted by the very write that locks the account; the card's own
-- limit is a row of nobody, locked last.
-- Written for the task that is created: a known key, like every refusal, is found out when something does not fit, and
-- answered after the rollback. Whatever else does not fit, a known key answers first.
-- outcome: created | rate_limited | card_limited | replayed | conflict | no_feature | closed | changed | too_many_inputs | invalid_form | no_account | not_a_member | credits_short
CREATE PROCEDURE create_task_v4(
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_feature_id VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_version INT UNSIGNED,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_retry_of VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_take_over TINYINT,
  IN p_step TINYINT UNSIGNED,
  IN p_credits INT UNSIGNED,
  IN p_inputs TEXT CHARACTER SET utf8mb4,
  IN p_form TEXT CHARACTER SET utf8mb4,
  IN p_plan TEXT CHARACTER SET utf8mb4,
  IN p_now DATETIME(3),
  IN p_deadline_at DATETIME(3),
  IN p_sweep_at DATETIME(3),
  IN p_unit_sweep_at DATETIME(3),
  IN p_now_ms BIGINT,
  IN p_rate_limit INT,
  IN p_rate_window_ms INT,
  IN p_trace VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin
)
main: BEGIN
  DECLARE v_refusal VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin DEFAULT '';
  DECLARE v_task VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_state, v_access VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_created DATETIME(3);
  DECLARE v_version, v_credits, v_enabled, v_left, v_max_inputs, v_inputs, v_card_limit, v_card_window INT;
  DECLARE v_bucket VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_tat, v_card_step BIGINT;
  DECLARE v_n INT DEFAULT 0;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  create_it: BEGIN
    UPDATE accounts SET create_tat_ms = GREATEST(create_tat_ms, p_now_ms) + p_rate_window_ms DIV p_rate_limit
    WHERE merchant_id = p_merchant_id AND closed_at IS NULL
      AND create_tat_ms <= p_now_ms + p_rate_window_ms - p_rate_window_ms DIV p_rate_limit;
    IF ROW_COUNT() = 0 THEN
      SET v_refusal = 'account';
      LEAVE create_it;
    END IF;

    SELECT version, COALESCE(p_credits, credits), access, enabled, max_inputs, rate_limit, rate_window_s
    INTO v_version, v_credits, v_access, v_enabled, v_max_inputs, v_card_limit, v_card_window
    FROM features WHERE id = p_feature_id;
    SET v_inputs = JSON_LENGTH(p_inputs);
    IF v_access = 'whitelist' THEN
      SET v_access = 'basic';
      IF NOT EXISTS (SELECT 1 FROM feature_merchants WHERE feature_id = p_feature_id AND merchant_id = p_merchant_id) THEN
        SET v_enabled = 0;
      END IF;
    END IF;
    IF v_version IS NULL OR v_enabled = 0 OR v_version <> p_version OR v_inputs > v_max_inputs
      OR p_plan IS NULL THEN
      SET v_refusal = 'feature';
      LEAVE create_it;
    END IF;

    BEGIN
      DECLARE EXIT HANDLER FOR 1062 SET v_refusal = 'key';
      INSERT INTO tasks (id, merchant_id, feature_id, feature_version, state, credits, pipeline_json, form_json, step, retry_of,
        idempotency_key, request_hash, created_at, queued_at, deadline_at, sweep_at, trace)
      VALUES (p_task_id, p_merchant_id, p_feature_id, v_version, IF(v_inputs = 0, 'queued', 'awaiting_upload'), v_credits,
        p_plan, p_form, p_step, p_retry_of, p_idempotency_key, p_request_hash, p_now, IF(v_inputs = 0, p_now, NULL),
        p_deadline_at, p_sweep_at, p_trace);
    END;
    IF v_refusal <> '' THEN LEAVE create_it; END IF;

    CALL spend_credits_v1(p_merchant_id, p_task_id, v_credits, v_access, NULL, p_now, v_left);
    IF v_left > 0 THEN
      SET v_refusal = 'credits';
      LEAVE create_it;
    END IF;

    -- JSON_TABLE would make a temporary table for what is one photo.
    WHILE v_n < v_inputs DO
      INSERT INTO task_inputs (task_id, n, merchant_id, content_type, size_bytes, object_key)
      VALUES (p_task_id, v_n, p_merchant_id, JSON_UNQUOTE(JSON_EXTRACT(p_inputs, CONCAT('$[', v_n, '].contentType'))),
        JSON_EXTRACT(p_inputs, CONCAT('$[', v_n, '].sizeBytes')), CONCAT('inputs/', p_task_id, '/', v_n));
      SET v_n = v_n + 1;
    END WHILE;

    IF p_take_over = 1 THEN CALL take_over_v1(p_task_id, p_merchant_id, p_retry_of, p_step, p_now); END IF;
    IF v_inputs = 0 THEN CALL plan_step_v1(p_task_id, p_merchant_id, p_step, p_plan, p_now, p_unit_sweep_at); END IF;

    IF v_card_limit IS NOT NULL THEN
      SET v_bucket = CONCAT('card:', p_feature_id, ':', p_merchant_id), v_card_step = v_card_window * 1000 DIV v_card_limit;
      -- Makes the row or locks it.
      INSERT INTO rate_limits (bucket, tat_ms, expires_at) VALUES (v_bucket, p_now_ms, p_now + INTERVAL v_card_window SECOND)
      ON DUPLICATE KEY UPDATE bucket = v_bucket;
      UPDATE rate_limits SET tat_ms = GREATEST(tat_ms, p_now_ms) + v_card_step, expires_at = p_now + INTERVAL 2 * v_card_window SECOND
      WHERE bucket = v_bucket AND tat_ms <= p_now_ms + v_card_window * 1000 - v_card_step;
      IF ROW_COUNT() = 0 THEN
        SET v_refusal = 'card';
        LEAVE create_it;
      END IF;
    END IF;
    COMMIT;
    -- The rest of the answer is what the caller sent: columns cost on both ends.
    SELECT 'created' AS outcome, v_credits AS credits;
    LEAVE main;
  END;

  ROLLBACK;
  SELECT id, request_hash, state, credits, created_at INTO v_task, v_hash, v_state, v_credits, v_created
  FROM tasks WHERE merchant_id = p_merchant_id AND idempotency_key = p_idempotency_key;
  IF v_task IS NOT NULL THEN
    SELECT IF(v_hash = p_request_hash, 'replayed', 'conflict') AS outcome, v_task AS task_id, v_state AS state,
      v_credits AS credits, v_created AS created_at;
  ELSEIF v_refusal = 'account' THEN
    SELECT create_tat_ms INTO v_tat FROM accounts WHERE merchant_id = p_merchant_id AND closed_at IS NULL;
    SELECT IF(v_tat IS NULL, 'no_account', 'rate_limited') AS outcome,
      GREATEST(v_tat, p_now_ms) + p_rate_window_ms DIV p_rate_limit - p_now_ms - p_rate_window_ms AS retry_ms;
  ELSEIF v_refusal = 'card' THEN
    SELECT tat_ms INTO v_tat FROM rate_limits WHERE bucket = v_bucket;
    SELECT 'card_limited' AS outcome, COALESCE(v_tat + v_card_step - p_now_ms - v_card_window * 1000, 0) AS retry_ms;
  ELSEIF v_refusal = 'feature' THEN
    SELECT CASE WHEN v_version IS NULL THEN 'no_feature' WHEN v_enabled = 0 THEN 'closed'
        WHEN v_version <> p_version THEN 'changed' WHEN v_inputs > v_max_inputs THEN 'too_many_inputs'
        ELSE 'invalid_form' END AS outcome,
      v_max_inputs AS max_inputs;
  ELSEIF v_refusal = 'credits' THEN
    SELECT IF(COUNT(*) = 0, 'not_a_member', 'credits_short') AS outcome FROM quota_lots
    WHERE merchant_id = p_merchant_id AND expires_at > p_now AND revoked_at IS NULL
      AND (v_access = 'basic' OR access = v_access);
  ELSE
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'task id taken';
  END IF;
END
