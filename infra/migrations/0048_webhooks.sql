-- Where merchants' programs want to be told what happened, and what is to be told: written by the very transaction in which it happened.

CREATE TABLE webhooks (
  id               VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  merchant_id      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  url              VARCHAR(512) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  events           VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  credits_below    INT UNSIGNED NULL,
  created_at       DATETIME(3) NOT NULL,
  removed_at       DATETIME(3) NULL,
  removed_by       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
  idempotency_key  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  request_hash     CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  UNIQUE KEY by_key (merchant_id, idempotency_key),
  KEY by_merchant (merchant_id, removed_at)
) ENGINE = InnoDB;

CREATE TABLE webhook_deliveries (
  seq           BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id            VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  webhook_id    VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  merchant_id   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  type          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  data_json     VARCHAR(512) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'waiting',
  attempts      TINYINT UNSIGNED NOT NULL DEFAULT 0,
  lease_id      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  next_at       DATETIME(3) NULL,
  created_at    DATETIME(3) NOT NULL,
  attempted_at  DATETIME(3) NULL,
  ended_at      DATETIME(3) NULL,
  status        SMALLINT UNSIGNED NULL,
  failure       VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NULL,
  UNIQUE KEY by_id (id),
  KEY due (next_at),
  KEY by_webhook (webhook_id, seq),
  KEY by_merchant (merchant_id, seq),
  KEY by_age (created_at)
) ENGINE = InnoDB;

-- Triggers, not the procedures that end tasks: there are seven of those and whoever writes an eighth cannot forget it.
CREATE TRIGGER tasks_tell_end AFTER UPDATE ON tasks FOR EACH ROW
  IF NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL THEN
    INSERT INTO webhook_deliveries (id, webhook_id, merchant_id, type, data_json, next_at, created_at)
    SELECT CONCAT('msg_', UPPER(LEFT(SHA2(CONCAT(w.id, ':task.ended:', NEW.id), 256), 26))), w.id, w.merchant_id, 'task.ended',
      JSON_OBJECT('taskId', NEW.id, 'featureId', NEW.feature_id, 'state', NEW.state, 'errorCode', NEW.error_code,
        'credits', NEW.credits), NEW.ended_at, NEW.ended_at
    FROM webhooks w WHERE w.merchant_id = NEW.merchant_id AND w.removed_at IS NULL AND FIND_IN_SET('task.ended', w.events) > 0; END IF;

ALTER TABLE batch_tasks ADD COLUMN ended_task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL;
ALTER TABLE batch_tasks ADD COLUMN ended_state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL;

-- All statements of a trigger read as of the beginning of the one that fired it: of two tasks that end at once neither would see the other
-- in `tasks`. So ends are marked on the batch's own rows, which are read with locks while the batch is held. Retried, a photo is open again.
-- A semicolon at the end of a line would end the statement for the migration.
CREATE TRIGGER tasks_tell_batch AFTER UPDATE ON tasks FOR EACH ROW
  IF NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL THEN
  BEGIN
    DECLARE v_batch VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin
    ; DECLARE v_told, v_tasks, v_open, v_succeeded INT DEFAULT 0
    ; DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END
    ; SELECT batch_id INTO v_batch FROM batch_tasks WHERE task_id = NEW.id LIMIT 1
    ; IF v_batch IS NOT NULL THEN
      SET v_told = EXISTS (SELECT 1 FROM webhooks
        WHERE merchant_id = NEW.merchant_id AND removed_at IS NULL AND FIND_IN_SET('batch.ended', events) > 0)
      ; IF v_told = 1 THEN SELECT id INTO v_batch FROM batches WHERE id = v_batch FOR UPDATE
      ; END IF
      ; UPDATE batch_tasks SET ended_task_id = NEW.id, ended_state = NEW.state WHERE batch_id = v_batch AND task_id = NEW.id
      ; IF v_told = 1 THEN
        SELECT COUNT(*), SUM(NOT (ended_task_id <=> task_id)), SUM(ended_state <=> 'succeeded') INTO v_tasks, v_open, v_succeeded
        FROM batch_tasks WHERE batch_id = v_batch FOR UPDATE
        ; INSERT INTO webhook_deliveries (id, webhook_id, merchant_id, type, data_json, next_at, created_at)
        SELECT CONCAT('msg_', UPPER(LEFT(SHA2(CONCAT(w.id, ':batch.ended:', NEW.id), 256), 26))), w.id, w.merchant_id, 'batch.ended',
          JSON_OBJECT('batchId', v_batch, 'tasks', v_tasks + 0, 'succeeded', v_succeeded + 0), NEW.ended_at, NEW.ended_at
        FROM webhooks w WHERE v_open = 0
          AND w.merchant_id = NEW.merchant_id AND w.removed_at IS NULL AND FIND_IN_SET('batch.ended', w.events) > 0
      ; END IF
    ; END IF
    ; END
  ; END IF;

-- Told once, by the deduction that takes what can be spent below the mark: the lot was lessened before its entry is written.
CREATE TRIGGER quota_entries_tell_low AFTER INSERT ON quota_entries FOR EACH ROW
  IF NEW.kind = 'deduct' AND EXISTS (SELECT 1 FROM webhooks
    WHERE merchant_id = NEW.merchant_id AND removed_at IS NULL AND credits_below IS NOT NULL) THEN
    INSERT INTO webhook_deliveries (id, webhook_id, merchant_id, type, data_json, next_at, created_at)
    SELECT CONCAT('msg_', UPPER(LEFT(SHA2(CONCAT(w.id, ':credits.low:', NEW.seq), 256), 26))), w.id, w.merchant_id, 'credits.low',
      JSON_OBJECT('available', q.available, 'below', w.credits_below), NEW.created_at, NEW.created_at
    FROM webhooks w JOIN (SELECT CAST(COALESCE(SUM(remaining), 0) AS SIGNED) AS available FROM quota_lots
      WHERE merchant_id = NEW.merchant_id AND expires_at > NEW.created_at AND remaining > 0 AND revoked_at IS NULL) q
    WHERE w.merchant_id = NEW.merchant_id AND w.removed_at IS NULL
      AND q.available < w.credits_below AND q.available - NEW.amount >= w.credits_below; END IF;
