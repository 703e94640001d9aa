-- An operator repeats a merchant's task that ended without success, or with outputs missing: for what create_task_v4 would take for it or,
-- with p_goodwill, out of a lot that is granted for just that and spent at once; with its audit row, once a key. What comes back of such a lot
-- stays the merchant's until the lot ends.
-- The new task's key has a blank in it, which no Idempotency-Key can have: it is nobody's but the operator's. Neither the merchant's limit nor the
-- card's counts it. The caller has seen that p_retry_of is over and the merchant's; what is over never changes.
-- outcome: created | replayed | conflict | no_feature | closed | changed | too_many_inputs | invalid_form | no_account | not_a_member | credits_short
CREATE PROCEDURE rerun_task_v1(
  IN p_operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_feature_id VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_version INT UNSIGNED,
  IN p_retry_of VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_take_over TINYINT,
  IN p_step TINYINT UNSIGNED,
  IN p_credits INT UNSIGNED,
  IN p_inputs TEXT CHARACTER SET utf8mb4,
  IN p_form TEXT CHARACTER SET utf8mb4,
  IN p_plan TEXT CHARACTER SET utf8mb4,
  IN p_goodwill TINYINT,
  IN p_lot_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_lot_expires_at DATETIME(3),
  IN p_deadline_at DATETIME(3),
  IN p_sweep_at DATETIME(3),
  IN p_unit_sweep_at DATETIME(3),
  IN p_trace VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_reason VARCHAR(80) CHARACTER SET utf8mb4,
  IN p_idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3)
)
main: BEGIN
  DECLARE v_seq BIGINT UNSIGNED;
  DECLARE v_account, v_task VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_noted, v_outcome, v_state, v_access VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_created DATETIME(3);
  DECLARE v_version, v_credits, v_enabled, v_left, v_max_inputs, v_inputs INT;
  DECLARE v_n INT DEFAULT 0;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  CALL note_write_v1(p_operator_id, 'rerun-task', p_retry_of, p_reason,
    CONCAT('{"taskId":"', p_task_id, '","merchantId":"', p_merchant_id, '","goodwill":', p_goodwill, '}'),
    p_idempotency_key, p_request_hash, p_request_id, p_now, v_seq, v_noted);
  SET v_key = CONCAT('operator ', v_seq);
  rerun: BEGIN
    IF v_noted <> 'noted' THEN
      SET v_outcome = v_noted;
      SELECT id, state, credits, created_at INTO v_task, v_state, v_credits, v_created
      FROM tasks WHERE merchant_id = p_merchant_id AND idempotency_key = v_key;
      LEAVE rerun;
    END IF;
    SELECT merchant_id INTO v_account FROM accounts WHERE merchant_id = p_merchant_id AND closed_at IS NULL FOR UPDATE;
    SELECT version, COALESCE(p_credits, credits), access, enabled, max_inputs
    INTO v_version, v_credits, v_access, v_enabled, v_max_inputs
    FROM features WHERE id = p_feature_id;
    SET v_inputs = JSON_LENGTH(p_inputs);
    IF v_access = 'whitelist' THEN
      SET v_access = 'basic';
      IF NOT EXISTS (SELECT 1 FROM feature_merchants WHERE feature_id = p_feature_id AND merchant_id = p_merchant_id) THEN
        SET v_enabled = 0;
      END IF;
    END IF;
    SET v_outcome = CASE
      WHEN v_account IS NULL THEN 'no_account'
      WHEN v_version IS NULL THEN 'no_feature'
      WHEN v_enabled = 0 THEN 'closed'
      WHEN v_version <> p_version THEN 'changed'
      WHEN v_inputs > v_max_inputs THEN 'too_many_inputs'
      WHEN p_plan IS NULL THEN 'invalid_form'
      ELSE 'created' END;
    IF v_outcome <> 'created' THEN LEAVE rerun; END IF;

    IF p_goodwill = 1 THEN
      INSERT INTO quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at)
      VALUES (p_lot_id, p_merchant_id, CONCAT('goodwill:', v_seq), v_access, v_credits, v_credits, p_now, p_lot_expires_at);
      INSERT INTO quota_entries (merchant_id, lot_id, kind, amount, source_key, created_at)
      VALUES (p_merchant_id, p_lot_id, 'grant', v_credits, CONCAT('goodwill:', v_seq), p_now);
    END IF;
    INSERT INTO tasks (id, merchant_id, feature_id, feature_version, state, credits, pipeline_json, form_json, step, retry_of,
      idempotency_key, request_hash, created_at, queued_at, deadline_at, sweep_at, trace)
    VALUES (p_task_id, p_merchant_id, p_feature_id, v_version, IF(v_inputs = 0, 'queued', 'awaiting_upload'), v_credits,
      p_plan, p_form, p_step, p_retry_of, v_key, p_request_hash, p_now, IF(v_inputs = 0, p_now, NULL), p_deadline_at, p_sweep_at,
      p_trace);

    -- In a batch it takes the place of the one that it repeats, as when the merchant repeats it there.
    UPDATE batch_tasks SET task_id = p_task_id WHERE task_id = p_retry_of AND merchant_id = p_merchant_id;
    CALL spend_credits_v1(p_merchant_id, p_task_id, v_credits, v_access, IF(p_goodwill = 1, p_lot_id, NULL), p_now, v_left);
    IF v_left > 0 THEN
      SELECT IF(COUNT(*) = 0, 'not_a_member', 'credits_short') INTO v_outcome FROM quota_lots
      WHERE merchant_id = p_merchant_id AND expires_at > p_now AND revoked_at IS NULL
        AND (v_access = 'basic' OR access = v_access);
      LEAVE rerun;
    END IF;

    WHILE v_n < v_inputs DO
      INSERT INTO task_inputs (task_id, n, merchant_id, content_type, size_bytes, object_key)
      VALUES (p_task_id, v_n, p_merchant_id, JSON_UNQUOTE(JSON_EXTRACT(p_inputs, CONCAT('$[', v_n, '].contentType'))),
        JSON_EXTRACT(p_inputs, CONCAT('$[', v_n, '].sizeBytes')), CONCAT('inputs/', p_task_id, '/', v_n));
      SET v_n = v_n + 1;
    END WHILE;
    IF p_take_over = 1 THEN CALL take_over_v1(p_task_id, p_merchant_id, p_retry_of, p_step, p_now); END IF;
    IF v_inputs = 0 THEN CALL plan_step_v1(p_task_id, p_merchant_id, p_step, p_plan, p_now, p_unit_sweep_at); END IF;
    SET v_task = p_task_id, v_created = p_now, v_state = IF(v_inputs = 0, 'queued', 'awaiting_upload');
  END;

  IF v_outcome = 'created' THEN COMMIT; ELSE ROLLBACK; END IF;
  SELECT v_outcome AS outcome, v_task AS task_id, v_state AS state, v_credits AS credits, v_created AS created_at,
    v_max_inputs AS max_inputs;
END
