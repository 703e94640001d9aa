-- Operators: what they did once for each key, kept for ever; and the second factor of those who move money.

ALTER TABLE audit_log ADD COLUMN idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL;

ALTER TABLE audit_log ADD COLUMN request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL;

ALTER TABLE audit_log ADD UNIQUE KEY by_key (actor, idempotency_key);

ALTER TABLE audit_log ADD KEY by_action (action, seq);

CREATE TRIGGER audit_log_never_changes BEFORE UPDATE ON audit_log FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the audit log is append-only';

CREATE TRIGGER audit_log_never_shrinks BEFORE DELETE ON audit_log FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the audit log is append-only';

CREATE TABLE operator_totps (
  merchant_id     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  sealed          VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NULL,
  pending_sealed  VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NULL,
  last_counter    BIGINT UNSIGNED NOT NULL DEFAULT 0,
  created_at      DATETIME(3) NOT NULL,
  confirmed_at    DATETIME(3) NULL
) ENGINE = InnoDB;

CREATE TABLE operator_step_ups (
  merchant_id  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  session_id   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  expires_at   DATETIME(3) NOT NULL,
  PRIMARY KEY (merchant_id, session_id),
  KEY by_expiry (expires_at)
) ENGINE = InnoDB;
